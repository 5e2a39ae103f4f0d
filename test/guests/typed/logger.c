/* Of the world `logger`. */
#include "abi.h"

#define LOG "acme:lib/log@1.0.0#"

EXPORT(LOG "say") void say(char *line, uint32_t length) {
  printf("log: %.*s\n", (int)length, line);
  fflush(stdout);
  free(line);
}

EXPORT(LOG "name") text *name(void) {
  static text it = {"the logger", 10};
  return &it;
}
