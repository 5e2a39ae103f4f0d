// Runs a script of Lua, its first argument. It is compiled together with the sources of Lua (test/guests/lua.ts).

#include <stdio.h>
#include <stdlib.h>
#include "lauxlib.h"
#include "lualib.h"

// Without longjmp, an error has nowhere to go to.
void lua_failed(lua_State *L) {
  fprintf(stderr, "%s\n", lua_tostring(L, -1));
  exit(1);
}

// WASI has no temporary files.
FILE *lua_tmpfile(void) { return NULL; }

int main(int argc, char **argv) {
  lua_State *L = luaL_newstate();
  if (L == NULL || argc != 2) return 2;
  luaL_openlibs(L);
  if (luaL_loadstring(L, argv[1]) != LUA_OK) lua_failed(L);
  lua_call(L, 0, 0);
  lua_close(L);
  return 0;
}
