// Asks the clocks and waits, as its first argument says: `times` prints what the clocks say, `sleep` what passes while the
// program sleeps, `file FILE` what time a file is written at, `input` waits for standard input or ten
// seconds. It fails if a clock goes back, or if less passes than it has slept.

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const long long SECOND = 1000000000LL;

static long long now(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) exit(3);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static long long resolution(clockid_t clock) {
  struct timespec time;
  if (clock_getres(clock, &time) != 0) exit(3);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static int sleeps(void) {
  const long durations[] = {10, 1, 3600};
  for (int i = 0; i < 3; i++) {
    long long monotonic = now(CLOCK_MONOTONIC), wall = now(CLOCK_REALTIME);
    sleep(durations[i]);
    long long passed = now(CLOCK_MONOTONIC) - monotonic;
    printf("slept %ld: %lld, of the day %lld\n", durations[i], passed / 1000000, (now(CLOCK_REALTIME) - wall) / 1000000);
    if (passed < durations[i] * SECOND) return 1;
  }
  return 0;
}

static int times(void) {
  printf("resolution %lld %lld\n", resolution(CLOCK_REALTIME), resolution(CLOCK_MONOTONIC));
  long long before = now(CLOCK_MONOTONIC);
  for (int i = 0; i < 3; i++) {
    long long wall = now(CLOCK_REALTIME), monotonic = now(CLOCK_MONOTONIC);
    printf("%lld.%09lld %lld\n", wall / SECOND, wall % SECOND, monotonic);
    if (monotonic < before) return 1;
    before = monotonic;
  }
  return 0;
}

static int written(const char *path) {
  struct stat found;
  FILE *file = fopen(path, "w");
  if (file == NULL || fputs("x", file) < 0 || fclose(file) != 0 || stat(path, &found) != 0) return 1;
  printf("written %lld.%09ld\n", (long long)found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  return 0;
}

static int waits_for_input(void) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  char buffer[4096];
  for (int i = 0; i < 4; i++) {
    long long before = now(CLOCK_MONOTONIC);
    int ready = poll(&input, 1, 10000);
    long long passed = (now(CLOCK_MONOTONIC) - before) / SECOND;
    ssize_t length = ready == 1 ? read(0, buffer, sizeof buffer) : -1;
    printf("ready %d after %lld s: %d bytes\n", ready, passed, (int)length);
  }
  return 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "sleep";
  if (strcmp(what, "times") == 0) return times();
  if (strcmp(what, "file") == 0) return written(argv[2]);
  if (strcmp(what, "input") == 0) return waits_for_input();
  return sleeps();
}
