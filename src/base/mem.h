/*
 * mem.h - checked memory (floor: base).
 *
 * Bookkeeping that runs out of memory ends the process with a message. What is sized by an
 * input goes through mem_try, which may say no.
 */
#ifndef IMGTOP_BASE_MEM_H
#define IMGTOP_BASE_MEM_H

#include <stddef.h>

/* Zeroed array of count elements of size bytes. Never NULL; release with free(). */
void *mem_calloc(size_t count, size_t size);

/* Resize to count elements of size bytes; new bytes are not initialised. Never NULL. */
void *mem_realloc(void *memory, size_t count, size_t size);

/* Copies of a string, of at most length bytes of it, of bytes. Never NULL; release with free(). */
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t length);
void *mem_copy(const void *bytes, size_t length);

/* printf into a fresh string. Never NULL; release with free(). */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* For sizes that an input decides: NULL when there is no memory; not initialised. */
void *mem_try(size_t bytes);

#endif
