/*
 * advice_task.h - what a description of some work says about its kind (floor: program).
 *
 * One table of words: those for waiting (download, request, disk), those for thinking (resize,
 * compress, sum), those for looking for a mistake. Words are compared by their stems, so that
 * "downloading" is "download". Pure functions.
 */
#ifndef IMGTOP_ADVICE_TASK_H
#define IMGTOP_ADVICE_TASK_H

#include "advice.h"
#include "base/text.h"

enum { ADVICE_TASK_WORDS = 8, ADVICE_TASK_WORD_BYTES = 32 };

struct advice_task {
	enum advice_kind kind; /* unknown: there was none of the words */
	bool debugging;
	uint64_t items; /* "5000 photos"; 0 = not said */
	/* The words it was told by, as they stand in the text, in small letters. */
	char waiting[ADVICE_TASK_WORDS][ADVICE_TASK_WORD_BYTES];
	char thinking[ADVICE_TASK_WORDS][ADVICE_TASK_WORD_BYTES];
	unsigned nwaiting, nthinking; /* at most ADVICE_TASK_WORDS are kept of each */
};

void advice_task_read(const char *text, struct advice_task *task);

/* All words of a kind, separated by ", ", as far as there is room. */
void advice_task_words(enum advice_kind kind, struct textbuf *out);

#endif
