/*
 * wire.c - bytes of a message.
 */
#include "config.h"

#include "base/wire.h"

#include <string.h>

void wire_begin(struct wire_out *out, void *bytes, size_t room)
{
	*out = (struct wire_out){.bytes = bytes, .room = room};
}

static void put(struct wire_out *out, const void *bytes, size_t length)
{
	if (out->full || length > out->room - out->length) {
		out->full = true;
		return;
	}
	if (length != 0)
		memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
}

void wire_put_u32(struct wire_out *out, uint32_t value)
{
	put(out, &value, sizeof value);
}

void wire_put_u64(struct wire_out *out, uint64_t value)
{
	put(out, &value, sizeof value);
}

/* Seven bits in each byte, the low ones first; the eighth says that more follow. */
void wire_put_var(struct wire_out *out, uint64_t value)
{
	unsigned char bytes[10];
	size_t length = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[length++] = (unsigned char)(value | 0x80);
	bytes[length++] = (unsigned char)value;
	put(out, bytes, length);
}

void wire_put_raw(struct wire_out *out, const void *bytes, size_t length)
{
	put(out, bytes, length);
}

void wire_put_bytes(struct wire_out *out, const void *bytes, size_t length)
{
	wire_put_u32(out, (uint32_t)length);
	put(out, bytes, length);
}

void wire_open(struct wire_in *in, const void *bytes, size_t length)
{
	*in = (struct wire_in){.bytes = bytes, .left = length};
}

static const unsigned char *take(struct wire_in *in, size_t length)
{
	const unsigned char *bytes = in->bytes;

	if (in->bad || length > in->left) {
		in->bad = true;
		return NULL;
	}
	in->bytes += length;
	in->left -= length;
	return bytes;
}

uint32_t wire_get_u32(struct wire_in *in)
{
	uint32_t value = 0;
	const unsigned char *bytes = take(in, sizeof value);

	if (bytes != NULL)
		memcpy(&value, bytes, sizeof value);
	return value;
}

uint64_t wire_get_u64(struct wire_in *in)
{
	uint64_t value = 0;
	const unsigned char *bytes = take(in, sizeof value);

	if (bytes != NULL)
		memcpy(&value, bytes, sizeof value);
	return value;
}

uint64_t wire_get_var(struct wire_in *in)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		const unsigned char *byte = take(in, 1);

		if (byte == NULL)
			return 0;
		value |= (uint64_t)(*byte & 0x7f) << shift;
		if ((*byte & 0x80) == 0)
			return value;
	}
	in->bad = true;
	return 0;
}

const void *wire_get_raw(struct wire_in *in, size_t length)
{
	return take(in, length);
}

const void *wire_get_bytes(struct wire_in *in, size_t *length)
{
	uint32_t wanted = wire_get_u32(in);
	const unsigned char *bytes = take(in, wanted);

	*length = bytes != NULL ? wanted : 0;
	return bytes != NULL ? (const void *)bytes : (const void *)"";
}
