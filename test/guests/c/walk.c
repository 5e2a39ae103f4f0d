// Lists the directories that its arguments name, "/" without any, and all below them, in the order of names:
// type, size, time of modification in nanoseconds, path, and where a link leads. With `-t`, no times: a host
// may give them in another precision. Directories have no size worth telling.

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LENGTH = 4096 };
static int with_times = 1;

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static char type_of(mode_t mode) {
  return S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : S_ISREG(mode) ? 'f' : S_ISCHR(mode) ? 'c' : '?';
}

static void walk(const char *path);

static void list(const char *path) {
  DIR *directory = opendir(path);
  if (directory == NULL) {
    printf("opendir %s: %s\n", path, strerror(errno));
    return;
  }
  char **names = NULL;
  size_t count = 0;
  errno = 0;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    names = realloc(names, (count + 1) * sizeof *names);
    names[count++] = strdup(entry->d_name);
  }
  if (errno != 0) printf("readdir %s: %s\n", path, strerror(errno));
  closedir(directory);
  qsort(names, count, sizeof *names, compare);
  for (size_t i = 0; i < count; i++) {
    char below[PATH_LENGTH];
    snprintf(below, sizeof below, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/", names[i]);
    walk(below);
    free(names[i]);
  }
  free(names);
}

static void walk(const char *path) {
  struct stat stat;
  if (lstat(path, &stat) != 0) {
    printf("lstat %s: %s\n", path, strerror(errno));
    return;
  }
  printf("%c %lld ", type_of(stat.st_mode), S_ISREG(stat.st_mode) ? (long long)stat.st_size : 0LL);
  if (with_times) printf("%lld.%09ld ", (long long)stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec);
  printf("%s", path);
  if (S_ISLNK(stat.st_mode)) {
    char target[PATH_LENGTH];
    ssize_t length = readlink(path, target, sizeof target);
    if (length < 0) printf(" -> (%s)", strerror(errno));
    else printf(" -> %.*s", (int)length, target);
  }
  printf("\n");
  if (S_ISDIR(stat.st_mode)) list(path);
}

int main(int argc, char **argv) {
  int first = 1;
  if (argc > 1 && strcmp(argv[1], "-t") == 0) {
    with_times = 0;
    first = 2;
  }
  if (first == argc) walk("/");
  for (int i = first; i < argc; i++) walk(argv[i]);
  return 0;
}
