/* wasi:http 0.3.0 as programs use it that send requests. */

#include "later.h"

WASI("http/types", "[constructor]fields") handle new_fields(void);
METHOD("http/types", "fields.set") void fields_set(handle, const void *, u32, const void *, u32, void *);
METHOD("http/types", "fields.copy-all") void fields_copy_all(handle, void *);
DROP("http/types", "fields") void drop_fields(handle);
STATIC("http/types", "request.new") void new_request(handle, u32, handle, handle, u32, handle, void *);
WASI("http/types", "[stream-new-0][static]request.new") u64 contents_new(void);
WASI("http/types", "[async-lower][stream-write-0][static]request.new") u32 contents_write(handle, const void *, u32);
WASI("http/types", "[stream-drop-writable-0][static]request.new") void drop_contents(handle);
WASI("http/types", "[future-new-1][static]request.new") u64 trailers_new(void);
WASI("http/types", "[async-lower][future-write-1][static]request.new") u32 trailers_write(handle, const void *);
WASI("http/types", "[future-drop-writable-1][static]request.new") void drop_trailers(handle);
WASI("http/types", "[async-lower][future-read-2][static]request.new") u32 sent_read(handle, void *);
WASI("http/types", "[future-drop-readable-2][static]request.new") void drop_sent(handle);
METHOD("http/types", "request.get-headers") handle request_headers(handle);
METHOD("http/types", "request.set-method") u32 set_method(handle, u32, const void *, u32);
METHOD("http/types", "request.set-scheme") u32 set_scheme(handle, u32, u32, const void *, u32);
METHOD("http/types", "request.set-authority") u32 set_authority(handle, u32, const void *, u32);
METHOD("http/types", "request.set-path-with-query") u32 set_path(handle, u32, const void *, u32);
DROP("http/types", "request") void drop_request(handle);
WASI("http/client", "[async-lower]send") u32 send(handle, void *);
METHOD("http/types", "response.get-status-code") u32 response_status(handle);
STATIC("http/types", "response.consume-body") void consume_body(handle, handle, void *);
WASI("http/types", "[future-new-0][static]response.consume-body") u64 consumed_new(void);
WASI("http/types", "[async-lower][future-write-0][static]response.consume-body") u32 consumed_write(handle, const void *);
WASI("http/types", "[future-drop-writable-0][static]response.consume-body") void drop_consumed(handle);
WASI("http/types", "[async-lower][stream-read-1][static]response.consume-body") u32 body_read(handle, void *, u32);
WASI("http/types", "[stream-drop-readable-1][static]response.consume-body") void drop_body(handle);
WASI("http/types", "[async-lower][future-read-2][static]response.consume-body") u32 received_read(handle, void *);
WASI("http/types", "[future-drop-readable-2][static]response.consume-body") void drop_received(handle);

typedef struct { const char *at; u32 length; } text;

/* `ok`, without a value or with `none`. */
static const u8 OK[64] __attribute__((aligned(16)));
