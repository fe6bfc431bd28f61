/*
 * wire.h - bytes of a message: append fields, read them back with bounds checked (floor: base).
 *
 * Native byte order: both ends are processes of one machine and one program.
 */
#ifndef IMGTOP_BASE_WIRE_H
#define IMGTOP_BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A buffer of fixed room. An append that does not fit sets `full` and adds nothing. */
struct wire_out {
	unsigned char *bytes;
	size_t length;
	size_t room;
	bool full;
};

void wire_begin(struct wire_out *out, void *bytes, size_t room);
void wire_put_u32(struct wire_out *out, uint32_t value);
void wire_put_u64(struct wire_out *out, uint64_t value);
/* In 1 to 10 bytes, the fewer the smaller the value. */
void wire_put_var(struct wire_out *out, uint64_t value);
/* The bytes alone. */
void wire_put_raw(struct wire_out *out, const void *bytes, size_t length);
/* Length (u32) and bytes. */
void wire_put_bytes(struct wire_out *out, const void *bytes, size_t length);

/* A reader. Reading past the end sets `bad` and yields zeros; check once at the end. */
struct wire_in {
	const unsigned char *bytes;
	size_t left;
	bool bad;
};

void wire_open(struct wire_in *in, const void *bytes, size_t length);
uint32_t wire_get_u32(struct wire_in *in);
uint64_t wire_get_u64(struct wire_in *in);
uint64_t wire_get_var(struct wire_in *in);
/* So many bytes, as wire_put_raw has put them; they are in the message. NULL when bad. */
const void *wire_get_raw(struct wire_in *in, size_t length);
/* Points into the message; "" and 0 when bad. */
const void *wire_get_bytes(struct wire_in *in, size_t *length);

#endif
