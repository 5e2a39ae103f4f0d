// What Go's runtime and library do with preview 1: goroutines that sleep, arguments, environment, time, files, and 1 GB of memory.
//
//	main DIRECTORY             lists it, writes a file in it and removes it, and ends with the code 3
//	main DIRECTORY many        reads all files in it
//	main DIRECTORY allocate    allocates 1 GB
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

func main() {
	directory := os.Args[1]
	what := "rest"
	if len(os.Args) > 2 {
		what = os.Args[2]
	}
	switch what {
	case "many":
		many(directory)
	case "allocate":
		allocate()
	default:
		process()
		sleep()
		files(directory)
		os.Exit(3)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	return value
}

func done(err error) {
	must(0, err)
}

func process() {
	value, found := os.LookupEnv("GREETING")
	fmt.Println(os.Args[1:], value, found, os.Getenv("NONE") == "")
	fmt.Println(time.Now().After(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)))
	input := must(io.ReadAll(os.Stdin))
	fmt.Println("stdin", len(input))
}

// Those that sleep longest begin first.
func sleep() {
	var group sync.WaitGroup
	woken := make(chan int, 4)
	begin := time.Now()
	for i := 3; i >= 0; i-- {
		group.Add(1)
		go func() {
			defer group.Done()
			time.Sleep(time.Duration(i*200) * time.Millisecond)
			woken <- i
		}()
	}
	group.Wait()
	close(woken)
	for i := range woken {
		fmt.Print(i, " ")
	}
	fmt.Println(time.Since(begin) >= 600*time.Millisecond)
}

func files(directory string) {
	done(filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info := must(entry.Info())
		size := info.Size()
		if entry.IsDir() {
			size = 0
		}
		fmt.Println(path, entry.Type(), size)
		return nil
	}))
	path := filepath.Join(directory, "written")
	done(os.WriteFile(path, []byte(strings.Repeat("line\n", 20000)), 0o644))
	file := must(os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0))
	must(file.WriteString("end"))
	must(file.Seek(-8, io.SeekEnd))
	fmt.Printf("%q\n", must(io.ReadAll(file)))
	must(file.ReadAt(make([]byte, 5), 50000))
	fmt.Println(must(file.Stat()).Size())
	done(file.Truncate(10))
	done(file.Close())
	done(os.Rename(path, path+"2"))
	done(os.Mkdir(path, 0o755))
	fmt.Printf("%q\n", must(os.ReadFile(path+"2")))
	_, err := os.Stat(filepath.Join(directory, "none"))
	fmt.Println(errors.Is(err, fs.ErrNotExist), err)
	_, err = os.Open(filepath.Join(directory, "..", "..", "outside"))
	fmt.Println(err != nil)
	done(os.RemoveAll(path))
	done(os.Remove(path + "2"))
}

func many(directory string) {
	entries := must(os.ReadDir(directory))
	var sum int
	for _, entry := range entries {
		sum += len(must(os.ReadFile(filepath.Join(directory, entry.Name()))))
	}
	fmt.Println(len(entries), sum)
}

func allocate() {
	const piece = 1 << 26
	var pieces [][]byte
	for i := 0; i < 16; i++ {
		bytes := make([]byte, piece)
		for at := 0; at < piece; at += 4096 {
			bytes[at] = byte(i)
		}
		pieces = append(pieces, bytes)
	}
	var sum int
	for _, each := range pieces {
		sum += int(each[piece-4096])
	}
	fmt.Println(len(pieces), sum)
}
