// Zstandard from standard input to standard output: `zstd -c` compresses, `zstd -d` decompresses.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "-c":
		err = compress()
	case len(os.Args) == 2 && os.Args[1] == "-d":
		err = decompress()
	default:
		err = fmt.Errorf("usage: zstd -c | zstd -d")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "zstd:", err)
		os.Exit(1)
	}
}

func compress() error {
	encoder, err := zstd.NewWriter(os.Stdout)
	if err != nil {
		return err
	}
	if _, err := io.Copy(encoder, os.Stdin); err != nil {
		return err
	}
	return encoder.Close()
}

func decompress() error {
	decoder, err := zstd.NewReader(os.Stdin)
	if err != nil {
		return err
	}
	defer decoder.Close()
	_, err = io.Copy(os.Stdout, decoder)
	return err
}
