// Tries to change what is in a directory, the first argument, in every way that there is, and to leave it.
// Prints each answer. The directory has `file`, `folder/inner`, an empty `bare`, and links: `to-file`, and
// `outside`, which leads out of it.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *nameOf(int error) {
  switch (error) {
  case EBADF: return "EBADF";
  case EEXIST: return "EEXIST";
  case EINVAL: return "EINVAL";
  case EISDIR: return "EISDIR";
  case ENOENT: return "ENOENT";
  case EPERM: return "EPERM";
  case EROFS: return "EROFS";
  case EXDEV: return "EXDEV";
  default: return strerror(error);
  }
}

static void tell(const char *what, int result) {
  if (result < 0)
    printf("%s: %s\n", what, nameOf(errno));
  else
    printf("%s: ok\n", what);
}

static void opened(const char *what, const char *path, int flags) {
  int file = open(path, flags, 0666);
  tell(what, file);
  if (file >= 0) close(file);
}

int main(int argc, char **argv) {
  if (argc < 2 || chdir(argv[1]) != 0) {
    tell("chdir", -1);
    return 1;
  }
  char text[16] = {0};
  int file = open("file", O_RDONLY);
  printf("read: %zd %s\n", read(file, text, 15), text);
  tell("write through a reader", write(file, "x", 1));
  tell("ftruncate of a reader", ftruncate(file, 0));
  tell("futimens", futimens(file, NULL));
  close(file);

  opened("open to write", "file", O_WRONLY);
  opened("open to read and write", "file", O_RDWR);
  opened("open to append", "file", O_WRONLY | O_APPEND);
  opened("truncate", "file", O_WRONLY | O_TRUNC);
  opened("open or create what is there", "file", O_RDONLY | O_CREAT);
  opened("create exclusively what is there", "file", O_WRONLY | O_CREAT | O_EXCL);
  opened("create", "new", O_WRONLY | O_CREAT);
  opened("create exclusively", "newer", O_WRONLY | O_CREAT | O_EXCL);
  opened("create in a folder", "folder/new", O_WRONLY | O_CREAT);
  int folder = open("folder", O_RDONLY | O_DIRECTORY);
  tell("open a folder", folder);
  int inner = openat(folder, "made", O_WRONLY | O_CREAT, 0666);
  tell("create below an open folder", inner);
  tell("unlink below an open folder", unlinkat(folder, "inner", 0));
  tell("mkdir", mkdir("made-folder", 0777));
  tell("rmdir", rmdir("bare"));
  tell("unlink", unlink("to-file"));
  tell("rename", rename("file", "renamed"));
  tell("link", link("folder/inner", "linked"));
  tell("symlink", symlink("file", "to-somewhere"));
  tell("utimensat", utimensat(AT_FDCWD, "folder", NULL, 0));

  opened("up", "../secret", O_RDONLY);
  opened("up in the middle", "folder/../../secret", O_RDONLY);
  opened("through a link that leads out", "outside", O_RDONLY);
  opened("through a folder that leads out", "outside-folder/secret", O_RDONLY);

  DIR *directory = opendir(".");
  int count = 0;
  for (struct dirent *entry; directory && (entry = readdir(directory));) count++;
  printf("entries: %d\n", count - 2);
  return 0;
}
