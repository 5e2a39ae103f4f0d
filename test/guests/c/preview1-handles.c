// Opens and closes files in a directory where no two of them fit, waits, and tells files from each other.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

static char bytes[65536];

/** How often a file was made, written, and removed while it was open. */
static int come_and_go(const char *path, int count) {
  for (int i = 0; i < count; i++) {
    int file = open(path, O_CREAT | O_EXCL | O_RDWR, 0666);
    if (file < 0 || write(file, bytes, sizeof bytes) != sizeof bytes || unlink(path) || close(file)) {
      printf("%s: %s\n", path, strerror(errno));
      return i;
    }
  }
  return count;
}

static void tell(const char *path) {
  struct stat named, opened;
  int file = open(path, O_RDONLY);
  if (file < 0 || stat(path, &named) || fstat(file, &opened)) {
    printf("%s: %s\n", path, strerror(errno));
    return;
  }
  close(file);
  printf("%s: %llx %s\n", path, named.st_ino, named.st_ino == opened.st_ino && named.st_size == opened.st_size ? "twice" : "differs");
}

static __wasi_subscription_t after(__wasi_userdata_t userdata, __wasi_timestamp_t nanoseconds) {
  __wasi_subscription_t wait = {.userdata = userdata, .u.tag = __WASI_EVENTTYPE_CLOCK};
  wait.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
  wait.u.u.clock.timeout = nanoseconds;
  return wait;
}

int main(int argc, char **argv) {
  printf("%d\n", come_and_go("/t/file", 20));
  for (int i = 1; i < argc; i++) tell(argv[i]);
  struct stat stat_of;
  printf("%d\n", stat("/missing", &stat_of) ? errno : 0);
  __wasi_subscription_t waits[] = {after(1, 3600000000000), after(2, 1000), after(3, 7200000000000)};
  __wasi_event_t events[3];
  __wasi_size_t count;
  __wasi_errno_t error = __wasi_poll_oneoff(waits, events, 3, &count);
  printf("poll: %d, %d:", error, (int)count);
  for (unsigned i = 0; i < count; i++) printf(" %d", (int)events[i].userdata);
  printf("\n");
  return 0;
}
