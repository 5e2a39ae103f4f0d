// What programs do with files beyond single calls: working directories, stdio, locks, logs that are rotated, files
// that are replaced, trees that are walked. In the directory that its first argument names, which is empty; prints what
// comes of each step, a line each. No line depends on a clock, a random number or the order of a directory.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static long long show(long long value, const char *format, ...) {
  int code = errno;
  va_list args;
  va_start(args, format);
  vprintf(format, args);
  va_end(args);
  if (value < 0) printf(": %s\n", strerror(code));
  else printf(": %lld\n", value);
  return value;
}

static int show_opened(int file, const char *what) {
  show(file < 0 ? -1 : 0, "open %s", what);
  return file;
}

static void make(const char *name, const char *contents) {
  int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (file < 0 || write(file, contents, strlen(contents)) != (ssize_t)strlen(contents)) show(-1, "make %s", name);
  if (file >= 0) close(file);
}

static void show_file(const char *name) {
  char buffer[300];
  int file = open(name, O_RDONLY);
  if (file < 0) {
    show(-1, "contents of %s", name);
    return;
  }
  ssize_t length = read(file, buffer, sizeof buffer);
  close(file);
  show(length, "contents of %s", name);
  printf("  \"");
  for (ssize_t i = 0; i < length; i++) {
    if (buffer[i] >= ' ' && buffer[i] <= '~') putchar(buffer[i]);
    else printf("\\%02x", (unsigned char)buffer[i]);
  }
  printf("\"\n");
}

static void working_directory(const char *base) {
  char path[4096];
  show(chdir(base), "chdir");
  show(getcwd(path, sizeof path) != NULL && strcmp(path, base) == 0, "getcwd is it");
  show(mkdir("work", 0777), "mkdir work");
  show(mkdir("work/sub", 0777), "mkdir work/sub");
  make("work/sub/file", "in work/sub");
  show(chdir("work/sub"), "chdir work/sub");
  show_file("file");
  show_file("./file");
  show_file("../sub/file");
  show(getcwd(path, 4) == NULL ? -1 : 0, "getcwd in 4 bytes");
  show(getcwd(path, sizeof path) != NULL, "getcwd");
  printf("  %s\n", path + strlen(base));
  show(chdir(".."), "chdir ..");
  show_file("sub/file");
  show(rename("sub/file", "file"), "rename sub/file file");
  show(access("file", F_OK), "access file");
  show(access("sub/file", F_OK), "access sub/file");
  show(access("file", R_OK | W_OK), "access file to read and write");
  show(faccessat(AT_FDCWD, "sub", R_OK | W_OK | X_OK, 0), "faccessat sub to do all");
  show(chdir("file"), "chdir file");
  show(chdir("none"), "chdir none");
  show(rmdir("sub"), "rmdir sub");
  show(chdir("sub"), "chdir sub");
  show(unlink("file"), "unlink file");
  show(chdir("../work"), "chdir ../work");
  show(chdir(base), "chdir back");
  show(rmdir("work"), "rmdir work");
}

static void stdio(void) {
  char buffer[100];
  FILE *file = fopen("stdio", "w+");
  show(fprintf(file, "line one\nline two\nline three\n"), "fprintf");
  rewind(file);
  show(fgetc(file), "fgetc");
  show(ungetc('L', file), "ungetc");
  show(ftell(file), "ftell");
  show(fgets(buffer, sizeof buffer, file) != NULL, "fgets");
  printf("  %s", buffer);
  fpos_t position;
  show(fgetpos(file, &position), "fgetpos");
  show(fgets(buffer, sizeof buffer, file) != NULL, "fgets");
  printf("  %s", buffer);
  show(fsetpos(file, &position), "fsetpos");
  show(fwrite("LINE", 1, 4, file), "fwrite over it");
  show(fseek(file, -6, SEEK_END), "fseek 6 before the end");
  show(fgets(buffer, sizeof buffer, file) != NULL, "fgets");
  printf("  %s", buffer);
  show(fgetc(file) == EOF && feof(file), "the end");
  show(fseek(file, 10, SEEK_END), "fseek 10 past the end");
  show(fputs("far", file) >= 0, "fputs there");
  show(fseek(file, -1, SEEK_SET), "fseek -1");
  show(fclose(file), "fclose");
  show_file("stdio");
  show(fopen("stdio", "wx") == NULL ? -1 : 0, "fopen wx");
  show(fopen("none", "r+") == NULL ? -1 : 0, "fopen none r+");
  file = fopen("stdio", "r+");
  setvbuf(file, NULL, _IOFBF, 8);
  for (int i = 0; i < 20; i++) fprintf(file, "%d,", i);
  fseek(file, 3, SEEK_SET);
  fputc('!', file);
  show(ftruncate(fileno(file), 20), "ftruncate under stdio");
  show(fclose(file), "fclose");
  show_file("stdio");
  file = fopen("stdio", "a+");
  show(fread(buffer, 1, 5, file), "fread 5");
  show(fwrite("tail", 1, 4, file), "fwrite at the end");
  show(fflush(file), "fflush");
  show(ftell(file), "ftell");
  file = freopen("stdio2", "w", file);
  show(file != NULL, "freopen");
  setvbuf(file, NULL, _IONBF, 0);
  fputs("unbuffered", file);
  show_file("stdio2");
  fclose(file);
  show_file("stdio");
  file = fopen("stdio2", "r");
  show(fputc('x', file) == EOF && ferror(file), "fputc to what is read");
  char *line = NULL;
  size_t capacity = 0;
  show(getline(&line, &capacity, file), "getline");
  fclose(file);
  free(line);
  show(remove("stdio") + remove("stdio2"), "remove both");
}

static void truncated_while_open(void) {
  char buffer[16];
  make("open", "0123456789");
  int reader = show_opened(open("open", O_RDONLY), "to read");
  int writer = show_opened(open("open", O_RDWR), "to write");
  show(read(reader, buffer, 4), "read 4");
  show(lseek(writer, 0, SEEK_END), "seek to the end");
  int third = show_opened(open("open", O_WRONLY | O_TRUNC), "with O_TRUNC");
  show(read(reader, buffer, 4), "read 4");
  show(write(writer, "end", 3), "write where the end was");
  show_file("open");
  show(lseek(reader, 0, SEEK_CUR), "where the reader is");
  show(read(reader, buffer, 8), "read 8 behind the end that was");
  show(write(third, "AB", 2), "write at the start");
  show_file("open");
  show(lseek(reader, -20, SEEK_CUR), "seek before the start");
  show(lseek(reader, 1LL << 40, SEEK_SET), "seek far");
  show(read(reader, buffer, 4), "read there");
  show(fcntl(reader, F_GETFL) & (O_RDWR | O_APPEND), "F_GETFL of the reader, O_RDONLY");
  show((fcntl(writer, F_GETFL) & O_RDWR) == O_RDWR, "F_GETFL of the writer is O_RDWR");
  close(reader);
  close(writer);
  close(third);
  show(read(reader, buffer, 1), "read what is closed");
  show(unlink("open"), "unlink");
}

static void vectors(void) {
  int file = show_opened(open("vectors", O_RDWR | O_CREAT | O_EXCL, 0666), "vectors");
  char a[3] = "abc", b[5] = "defgh";
  struct iovec pieces[2] = {{a, 3}, {b, 5}};
  show(pwritev(file, pieces, 2, 4), "pwritev of two at 4");
  show(lseek(file, 0, SEEK_CUR), "tell");
  show(preadv(file, pieces, 2, 6), "preadv at 6");
  printf("  %.3s %.3s\n", a, b);
  show(readv(file, pieces, 2), "readv");
  show(posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL), "posix_fadvise");
  close(file);
  show(unlink("vectors"), "unlink");
}

static void locks_and_logs(void) {
  struct stat found;
  // A lock that is safe where O_EXCL is not: who has made a second link has it.
  make("lock.1", "1");
  show(link("lock.1", "lock"), "link lock");
  stat("lock.1", &found);
  show(found.st_nlink, "links");
  make("lock.2", "2");
  show(link("lock.2", "lock"), "link lock by another");
  show(unlink("lock"), "unlink lock");
  show(link("lock.2", "lock"), "link lock by another");
  show(unlink("lock") + unlink("lock.1") + unlink("lock.2"), "unlink all");
  // A file that is replaced at once: who has it open goes on with the old one.
  make("settings", "old settings");
  int old = open("settings", O_RDONLY);
  int temporary = open("settings.new", O_WRONLY | O_CREAT | O_EXCL, 0600);
  write(temporary, "new", 3);
  show(fsync(temporary), "fsync");
  close(temporary);
  show(rename("settings.new", "settings"), "rename over the old");
  int directory = open(".", O_RDONLY | O_DIRECTORY);
  show(fsync(directory) == 0 || errno == EBADF, "fsync of the directory");
  close(directory);
  char buffer[32];
  show(read(old, buffer, sizeof buffer), "read the old one");
  show_file("settings");
  show(fstat(old, &found) == 0 ? (long long)found.st_nlink : -1, "links of the old one");
  close(old);
  // A log that is rotated while two programs write to it.
  int one = open("log", O_WRONLY | O_CREAT | O_APPEND, 0666), two = open("log", O_WRONLY | O_APPEND);
  write(one, "1a\n", 3);
  write(two, "2a\n", 3);
  show(rename("log", "log.1"), "rotate");
  write(one, "1b\n", 3);
  close(one);
  one = show_opened(open("log", O_WRONLY | O_CREAT | O_APPEND, 0666), "a new log");
  write(one, "1c\n", 3);
  write(two, "2b\n", 3);
  show(truncate("log.1", 0), "truncate the old one");
  write(two, "2c\n", 3);
  close(one);
  close(two);
  show_file("log");
  show_file("log.1");
  show(unlink("log") + unlink("log.1") + unlink("settings"), "unlink all");
}

static int removed = 0;
static int count_removed(const char *path, const struct stat *found, int type, struct FTW *state) {
  (void)found;
  (void)type;
  (void)state;
  if (remove(path) == 0) removed++;
  else show(-1, "remove %s", path);
  return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }
static int no_dots(const struct dirent *entry) { return entry->d_name[0] != '.'; }

static void trees(void) {
  char name[100];
  mkdir("tree", 0777);
  for (int i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "tree/%c", 'a' + i);
    mkdir(name, 0777);
    for (int j = 0; j <= i; j++) {
      snprintf(name, sizeof name, "tree/%c/file-%d.txt", 'a' + i, j);
      make(name, "some text");
    }
  }
  symlink("a", "tree/link");
  symlink("absent", "tree/c/broken");
  char *roots[] = {(char *)"tree", NULL};
  FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
  for (FTSENT *entry; (entry = fts_read(walk)) != NULL;)
    printf("  fts %d %d %s %lld\n", entry->fts_info, (int)entry->fts_level, entry->fts_path,
           S_ISREG(entry->fts_statp->st_mode) ? (long long)entry->fts_statp->st_size : 0);
  show(fts_close(walk), "fts_close");
  struct dirent **entries;
  int count = scandir("tree/c", &entries, no_dots, alphasort);
  show(count, "scandir");
  for (int i = 0; i < count; i++) printf("  %s %d\n", entries[i]->d_name, entries[i]->d_type == DT_LNK);
  static const char *const patterns[] = {"tree/*", "tree/*/file-[12].txt", "tree/?/*0*", "tree/none*", "*/b/.", "tree/*/"};
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
    glob_t found;
    int code = glob(patterns[i], 0, NULL, &found);
    printf("glob %s: %d\n", patterns[i], code);
    for (size_t j = 0; code == 0 && j < found.gl_pathc; j++) printf("  %s\n", found.gl_pathv[j]);
    globfree(&found);
  }
  // Two readers of one directory, and entries that come and go between.
  DIR *first = opendir("tree/c"), *second = opendir("tree/c");
  int seen = 0;
  show(readdir(first) != NULL, "the first reads");
  make("tree/c/new", "");
  unlink("tree/c/file-0.txt");
  for (struct dirent *entry; (entry = readdir(second)) != NULL;) seen += strncmp(entry->d_name, "file-", 5) == 0;
  show(seen == 2 || seen == 3, "the second sees what stays");
  seen = 0;
  while (readdir(first) != NULL) seen++;
  show(seen >= 2, "and the first goes on");
  closedir(second);
  rewinddir(first);
  seen = 0;
  for (struct dirent *entry; (entry = readdir(first)) != NULL;) seen += entry->d_name[0] != '.';
  show(seen, "entries after rewinddir");
  closedir(first);
  show(rename("tree", "tree2"), "rename tree");
  show(nftw("tree2", count_removed, 10, FTW_DEPTH | FTW_PHYS), "nftw");
  show(removed, "removed");
  show(access("tree2", F_OK), "access tree2");
}

static void many_descriptors(void) {
  enum { COUNT = 100 };
  int files[COUNT];
  int opened = 0, right = 0;
  for (int i = 0; i < COUNT; i++) {
    char name[32];
    snprintf(name, sizeof name, "open-%d", i);
    files[i] = open(name, O_RDWR | O_CREAT | O_EXCL, 0666);
    opened += files[i] >= 0 && write(files[i], &i, sizeof i) == sizeof i;
  }
  show(opened, "open at once");
  for (int i = 0; i < COUNT; i++) {
    int value;
    struct stat found;
    char name[32];
    snprintf(name, sizeof name, "open-%d", i);
    unlink(name);
    if (pread(files[i], &value, sizeof value, 0) == sizeof value && value == i && fstat(files[i], &found) == 0)
      right += found.st_nlink == 0;
    close(files[i]);
  }
  show(right, "right after their names have gone");
  DIR *directory = opendir(".");
  int left = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) left += entry->d_name[0] != '.';
  closedir(directory);
  show(left, "left in the directory");
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  // Lines of what went well stay even if what follows traps.
  setvbuf(stdout, NULL, _IOLBF, 0);
  working_directory(argv[1]);
  stdio();
  truncated_while_open();
  vectors();
  locks_and_logs();
  trees();
  many_descriptors();
  return 0;
}
