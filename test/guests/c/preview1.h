// Functions of preview 1 as they are, with no libc in between.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint16_t error;
#define IMPORT(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))
/** A text of C, as two arguments. */
#define BYTES(text) (text), strlen(text)

struct piece { void *at; size_t length; };
error path_open(int, uint32_t, const char *, size_t, uint32_t, uint64_t, uint64_t, uint32_t, int *) IMPORT(path_open);
error fd_close(int) IMPORT(fd_close);
error fd_read(int, struct piece *, size_t, size_t *) IMPORT(fd_read);
error fd_write(int, const struct piece *, size_t, size_t *) IMPORT(fd_write);
error fd_pread(int, struct piece *, size_t, uint64_t, size_t *) IMPORT(fd_pread);
error fd_pwrite(int, const struct piece *, size_t, uint64_t, size_t *) IMPORT(fd_pwrite);
error fd_seek(int, int64_t, uint8_t, uint64_t *) IMPORT(fd_seek);
error fd_tell(int, uint64_t *) IMPORT(fd_tell);
error fd_sync(int) IMPORT(fd_sync);
error fd_datasync(int) IMPORT(fd_datasync);
error fd_advise(int, uint64_t, uint64_t, uint8_t) IMPORT(fd_advise);
error fd_renumber(int, int) IMPORT(fd_renumber);
error fd_filestat_get(int, void *) IMPORT(fd_filestat_get);
error fd_filestat_set_size(int, uint64_t) IMPORT(fd_filestat_set_size);
error fd_filestat_set_times(int, uint64_t, uint64_t, uint16_t) IMPORT(fd_filestat_set_times);
error fd_fdstat_get(int, void *) IMPORT(fd_fdstat_get);
error fd_fdstat_set_flags(int, uint16_t) IMPORT(fd_fdstat_set_flags);
error fd_prestat_get(int, void *) IMPORT(fd_prestat_get);
error fd_readdir(int, void *, size_t, uint64_t, size_t *) IMPORT(fd_readdir);
error path_filestat_get(int, uint32_t, const char *, size_t, void *) IMPORT(path_filestat_get);
error path_filestat_set_times(int, uint32_t, const char *, size_t, uint64_t, uint64_t, uint16_t) IMPORT(path_filestat_set_times);
error path_create_directory(int, const char *, size_t) IMPORT(path_create_directory);
error path_remove_directory(int, const char *, size_t) IMPORT(path_remove_directory);
error path_unlink_file(int, const char *, size_t) IMPORT(path_unlink_file);
error path_rename(int, const char *, size_t, int, const char *, size_t) IMPORT(path_rename);
error path_link(int, uint32_t, const char *, size_t, int, const char *, size_t) IMPORT(path_link);
error path_symlink(const char *, size_t, int, const char *, size_t) IMPORT(path_symlink);
error path_readlink(int, const char *, size_t, void *, size_t, size_t *) IMPORT(path_readlink);
