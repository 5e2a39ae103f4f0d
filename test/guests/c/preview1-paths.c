// Looks up names which have a piece of text at each place of a name of each length, and says which are answered in another way than
// what is right: text is UTF-8 without zeros. Then whether a file is the same one by its name and by its descriptor.

#include <stdio.h>
#include <string.h>
#include <wasi/api.h>

#define LONGEST 20
#define DIRECTORY 3

int32_t path_filestat_get(int32_t fd, int32_t flags, const uint8_t *path, int32_t length, __wasi_filestat_t *result)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("path_filestat_get")));

static const struct {
  const char *bytes;
  int length;
  __wasi_errno_t errno;
} pieces[] = {
#define PIECE(bytes, errno) {bytes, sizeof bytes - 1, errno}
    PIECE("\0", __WASI_ERRNO_INVAL),
    PIECE("\x01", __WASI_ERRNO_NOENT),
    PIECE("\x7f", __WASI_ERRNO_NOENT),
    PIECE("\x80", __WASI_ERRNO_ILSEQ),
    PIECE("\xff", __WASI_ERRNO_ILSEQ),
    PIECE("\xc2\x80", __WASI_ERRNO_NOENT),
    PIECE("\xc1\xbf", __WASI_ERRNO_ILSEQ),
    PIECE("\xe2\x82\xac", __WASI_ERRNO_NOENT),
    PIECE("\xe2\x82", __WASI_ERRNO_ILSEQ),
    PIECE("\xed\xa0\x80", __WASI_ERRNO_ILSEQ),
    PIECE("\xf0\x9f\x90\xa6", __WASI_ERRNO_NOENT),
    PIECE("\xf4\x90\x80\x80", __WASI_ERRNO_ILSEQ),
    PIECE("\0\x01", __WASI_ERRNO_INVAL),
};

int main(void) {
  uint8_t path[LONGEST];
  __wasi_filestat_t by_path, by_descriptor;
  for (int length = 1; length <= LONGEST; length++) {
    for (size_t each = 0; each < sizeof pieces / sizeof *pieces; each++) {
      for (int at = 0; at + pieces[each].length <= length; at++) {
        memset(path, 'a', sizeof path);
        memcpy(path + at, pieces[each].bytes, pieces[each].length);
        int found = path_filestat_get(DIRECTORY, 0, path, length, &by_path);
        if (found != pieces[each].errno) printf("piece %zu at %d of %d: %d\n", each, at, length, found);
      }
    }
  }
  static const char *names[] = {"f", "a-file", "a-directory/a-file"};
  for (size_t each = 0; each < sizeof names / sizeof *names; each++) {
    __wasi_fd_t file;
    int found = path_filestat_get(DIRECTORY, 0, (const uint8_t *)names[each], strlen(names[each]), &by_path);
    if (found != 0) return printf("%s: errno %d\n", names[each], found);
    found = __wasi_path_open(DIRECTORY, 0, names[each], 0, __WASI_RIGHTS_FD_READ, 0, 0, &file);
    if (found == 0) found = __wasi_fd_filestat_get(file, &by_descriptor);
    if (found != 0) return printf("%s opened: errno %d\n", names[each], found);
    // What reading changes is left out.
    by_path.atim = by_descriptor.atim;
    if (memcmp(&by_path, &by_descriptor, sizeof by_path) != 0) printf("%s differs\n", names[each]);
    if (by_path.size != each + 1 || by_path.filetype != __WASI_FILETYPE_REGULAR_FILE) printf("%s is another file\n", names[each]);
  }
  puts("done");
  return 0;
}
