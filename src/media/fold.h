/*
 * fold.h - names in the form in which they are compared (floor: media).
 *
 * The same name can be spelt in several ways: with accents of their own or composed (file systems
 * of macOS take names apart), and in upper or lower case. libutf8proc knows Unicode's rules for
 * both. Bytes that are no UTF-8 stay as they are but for A to Z. Any thread may call.
 */
#ifndef IMGTOP_MEDIA_FOLD_H
#define IMGTOP_MEDIA_FOLD_H

#include <stddef.h>

enum fold {
	FOLD_NORMAL, /* normal form C */
	FOLD_CASE,   /* and without regard to case */
};

/* Room that any file name fits into when it is folded. */
enum { FOLD_BYTES = 2048 };

/* Write the folded bytes to out (FOLD_BYTES). Returns their length. What does not fit is taken as
 * it is, clipped. */
size_t fold_name(const char *bytes, size_t length, enum fold how, char *out);

#endif
