/*
 * golden.h - whole screens compared as text with tests/screens/golden/NAME.txt.
 */
#ifndef IMGTOP_TESTS_GOLDEN_H
#define IMGTOP_TESTS_GOLDEN_H

#include "tui/canvas.h"

/* Fails the test, and prints both, when they differ. With IMGTOP_UPDATE_GOLDEN in the environment
 * the file is written instead. */
void golden_compare(const struct canvas *canvas, const char *name);

/* The whole canvas as text; caller frees. */
char *golden_text(const struct canvas *canvas);

#endif
