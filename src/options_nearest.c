/*
 * options_nearest.c - which known word a mistyped one may have meant (floor: program).
 */
#include "config.h"

#include "options.h"

#include <string.h>

enum { LONGEST = 40 };

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to insert, remove, replace or swap with their neighbour to make b of a (optimal string
 * alignment). Only the first LONGEST letters are looked at. */
static unsigned distance(const char *a, size_t a_length, const char *b)
{
	unsigned row[3][LONGEST + 1];
	size_t b_length = strnlen(b, LONGEST);

	a_length = a_length < LONGEST ? a_length : LONGEST;
	for (size_t j = 0; j <= b_length; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_length; i++) {
		unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b_length; j++) {
			unsigned changed = a[i - 1] != b[j - 1];

			now[j] = least(least(before[j], now[j - 1]) + 1, before[j - 1] + changed);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], earlier[j - 2] + 1);
		}
	}
	return row[a_length % 3][b_length];
}

const char *options_nearest(const char *word, size_t length, const char *const *words, size_t count)
{
	const char *nearest = NULL;
	unsigned best = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned far = distance(word, length, words[i]);

		if (nearest == NULL || far < best) {
			nearest = words[i];
			best = far;
		}
	}
	return nearest;
}
