/*
 * mem.c - checked memory.
 */
#include "config.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t bytes)
{
	fprintf(stderr, "imgtop: out of memory: %zu bytes of bookkeeping could not be had\n",
		bytes);
	abort();
}

void *mem_calloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (memory == NULL)
		out_of_memory(count * size);
	return memory;
}

void *mem_realloc(void *memory, size_t count, size_t size)
{
	void *larger;
	size_t bytes;

	if (size != 0 && count > SIZE_MAX / size)
		out_of_memory(SIZE_MAX);
	bytes = count * size;
	larger = realloc(memory, bytes != 0 ? bytes : 1);
	if (larger == NULL)
		out_of_memory(bytes);
	return larger;
}

void *mem_copy(const void *bytes, size_t length)
{
	void *copy = mem_calloc(length ? length : 1, 1);

	if (length != 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *mem_strndup(const char *text, size_t length)
{
	size_t used = strnlen(text, length);
	char *copy = mem_calloc(used + 1, 1);

	memcpy(copy, text, used);
	return copy;
}

char *mem_strdup(const char *text)
{
	return mem_copy(text, strlen(text) + 1);
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int length;

	va_start(args, format);
	length = vasprintf(&text, format, args);
	va_end(args);
	if (length < 0)
		out_of_memory(0);
	return text;
}

void *mem_try(size_t bytes)
{
	return malloc(bytes ? bytes : 1);
}
