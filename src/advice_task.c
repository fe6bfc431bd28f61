/*
 * advice_task.c - what a description of some work says about its kind (floor: program).
 *
 * Stems are cut by rule, not looked up: a word loses one ending of a short list, then a doubled
 * last letter and, unless it is short, a last e. Both sides of a comparison go through the same
 * cut, so that it matters little whether what is left is a word.
 */
#include "config.h"

#include "advice_task.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum meaning { WAITS, THINKS, DEBUGS, COUNTS, MEANINGS };

/* What stands between a number and these is an amount of items. */
static const char *const words[MEANINGS] = {
	[WAITS] = "download upload fetch request http url web website api network server socket "
		  "crawl "
		  "scrape wait sleep read write file disk folder database query sql io copy move "
		  "stream ping poll mail email message send receive backup sync load save store "
		  "log print "
		  "respond answer latency cloud remote chat",
	[THINKS] =
		"compute calculate sum add multiply count sort search compress zip encode decode "
		"resize scale crop rotate convert transcode render encrypt decrypt hash parse "
		"train "
		"learn simulate optimise optimize matrix prime factor math transform filter "
		"analyse "
		"analyze statistics image picture photo thumbnail video pixel blur sharpen model "
		"predict solve classify detect recognise recognize compile mine number algorithm "
		"cpu",
	[DEBUGS] = "debug bug diagnose breakpoint troubleshoot",
	[COUNTS] = "file photo image picture page request record row item task document url mail "
		   "message video number chunk part",
};

static const char *const endings[] = {"ions", "ion", "ings", "ing", "ers", "ors",
				      "er",   "or",  "ed",   "es",  "s"};

enum { LEAST_STEM = 3 };

static bool is_vowel(char letter)
{
	return letter != '\0' && strchr("aeiou", letter) != NULL;
}

/* Takes off one ending; returns it, or "". */
static const char *cut_ending(char *word)
{
	size_t length = strlen(word);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t ending = strlen(endings[i]);

		if (length >= ending + LEAST_STEM &&
		    strcmp(word + length - ending, endings[i]) == 0) {
			word[length - ending] = '\0';
			return endings[i];
		}
	}
	return "";
}

/* Has an e been cut off with the ending, as in mov-ing, sav-ed? It is not missed in longer words,
 * which lose it anyway. */
static bool lacks_e(const char *word, const char *ending)
{
	return strlen(word) == LEAST_STEM && is_vowel(ending[0]) && !is_vowel(word[0]) &&
	       is_vowel(word[1]) && !is_vowel(word[2]) && strchr("wxy", word[2]) == NULL;
}

/* word: small letters; becomes its stem. */
static void cut_to_stem(char *word)
{
	const char *ending = cut_ending(word);
	size_t length = strlen(word);

	if (lacks_e(word, ending)) {
		word[length++] = 'e'; /* where the ending stood */
	} else if (length > LEAST_STEM) {
		if (word[length - 1] == word[length - 2])
			length--;
		if (word[length - 1] == 'i' && ending[0] == 'e')
			word[length - 1] = 'y'; /* copies, copied: copy */
		else if (word[length - 1] == 'i' && length > LEAST_STEM)
			length--; /* analysis, analyse */
		else if (word[length - 1] == 'e' && length > LEAST_STEM + 1)
			length--; /* short words are too much alike without it */
	}
	if (length >= LEAST_STEM + 3 && memcmp(word + length - 2, "at", 2) == 0)
		length -= 2; /* calculate, calculation; compute, computation */
	word[length] = '\0';
}

/* The comma of 5,000, behind so many letters of a word. */
static bool is_within_number(const char *text, size_t length)
{
	return length > 0 && *text == ',' && isdigit((unsigned char)text[-1]) &&
	       isdigit((unsigned char)text[1]);
}

/* The next word of a text, in small letters; a longer one is cut. false: there is none. */
static bool next_word(const char **text, char word[ADVICE_TASK_WORD_BYTES])
{
	size_t length = 0;

	while (**text != '\0' && !isalnum((unsigned char)**text))
		++*text;
	for (; isalnum((unsigned char)**text) || is_within_number(*text, length); ++*text) {
		if (**text != ',' && length + 1 < ADVICE_TASK_WORD_BYTES)
			word[length++] = (char)tolower((unsigned char)**text);
	}
	word[length] = '\0';
	return length > 0;
}

static bool is_among(enum meaning meaning, const char *stem)
{
	const char *rest = words[meaning];
	char word[ADVICE_TASK_WORD_BYTES];

	while (next_word(&rest, word)) {
		cut_to_stem(word);
		if (strcmp(word, stem) == 0)
			return true;
	}
	return false;
}

static void keep(char kept[][ADVICE_TASK_WORD_BYTES], unsigned *count, const char *word)
{
	if (*count < ADVICE_TASK_WORDS)
		snprintf(kept[(*count)++], ADVICE_TASK_WORD_BYTES, "%s", word);
}

void advice_task_read(const char *text, struct advice_task *task)
{
	char word[ADVICE_TASK_WORD_BYTES], stem[ADVICE_TASK_WORD_BYTES];
	uint64_t number = 0;

	*task = (struct advice_task){.kind = ADVICE_UNKNOWN};
	while (next_word(&text, word)) {
		if (isdigit((unsigned char)word[0])) {
			number = strtoull(word, NULL, 10);
			continue;
		}
		memcpy(stem, word, sizeof stem);
		cut_to_stem(stem);
		if (number != 0 && task->items == 0 && is_among(COUNTS, stem))
			task->items = number;
		if (is_among(WAITS, stem))
			keep(task->waiting, &task->nwaiting, word);
		if (is_among(THINKS, stem))
			keep(task->thinking, &task->nthinking, word);
		task->debugging = task->debugging || is_among(DEBUGS, stem);
	}
	if (task->nwaiting > 0 && task->nthinking > 0)
		task->kind = ADVICE_MIXED;
	else if (task->nwaiting > 0)
		task->kind = ADVICE_WAITING;
	else if (task->nthinking > 0)
		task->kind = ADVICE_THINKING;
}

void advice_task_words(enum advice_kind kind, struct textbuf *out)
{
	const char *rest = words[kind == ADVICE_WAITING ? WAITS : THINKS];
	char word[ADVICE_TASK_WORD_BYTES];

	while (next_word(&rest, word))
		textbuf_printf(out, "%s%s", out->length > 0 ? ", " : "", word);
}
