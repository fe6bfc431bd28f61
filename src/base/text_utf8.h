/*
 * text_utf8.h - one character of UTF-8 at a time, as text.c and textbuf.c see it (floor: base).
 */
#ifndef IMGTOP_BASE_TEXT_UTF8_H
#define IMGTOP_BASE_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_UTF8_INVALID UINT32_MAX

/* Decode the character at bytes (length of them are left). Returns the bytes it takes; a byte that
 * begins no valid character (overlong, surrogate, beyond U+10FFFF, cut) takes one and yields
 * TEXT_UTF8_INVALID. */
size_t text_utf8_decode(const char *bytes, size_t length, uint32_t *point);

/* May this code point go to a terminal as it is? */
bool text_utf8_harmless(uint32_t point);

#endif
