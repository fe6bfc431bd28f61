/*
 * drill_steps.c - how the steps of a drill are written.
 */
#include "config.h"

#include "workload/drill_steps.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum { MOST_WORDS = 8 };

/* An hour: more is a slip of the finger. */
static const double most_seconds = 3600;
static const double most_count = 1e9;

static const struct drill_op_info infos[DRILL_OPS] = {
	[DRILL_WAIT] = {"wait", DRILL_TIME, false, false,
			"does nothing for a while, as for a disk"},
	[DRILL_WAITS] = {"waits", DRILL_COUNT_TIME, false, false,
			 "so many waits at once, in one worker"},
	[DRILL_CPU] = {"cpu", DRILL_TIME, true, false, "computes: so much CPU time"},
	[DRILL_SQUARES] = {"squares", DRILL_COUNT, true, false, "adds up so many squares"},
	[DRILL_SINES] = {"sines", DRILL_COUNT, true, false,
			 "adds up so many sin(x)*cos(x)+sqrt(x)*log(x)"},
	[DRILL_ITEM] = {"item", DRILL_NOTHING, false, false, "the steps of the item itself"},
	[DRILL_HEALTHY] = {"healthy", DRILL_PERCENT, false, false,
			   "finds so many items in a hundred healthy; the result counts them"},
	[DRILL_FAIL] = {"fail", DRILL_PERCENT, false, true, "fails so many items in a hundred"},
	[DRILL_LOCK] = {"lock", DRILL_LOCK_NAME, false, false, "takes a lock of its host"},
	[DRILL_UNLOCK] = {"unlock", DRILL_LOCK_NAME, false, false, "lets go of it"},
	[DRILL_CHECK] = {"check", DRILL_LIST_NAME, false, false,
			 "ends the item when the list is empty"},
	[DRILL_POP] = {"pop", DRILL_LIST_NAME, false, false,
		       "takes an element; fails when there is none"},
	[DRILL_TAKE] = {"take", DRILL_LIST_NAME, false, false, "check and pop in one"},
	[DRILL_JOIN] = {"join", DRILL_STAGE_NAME, false, false,
			"waits until the workers of a stage have ended"},
	[DRILL_MEET] = {"meet", DRILL_COUNT, false, true,
			"holds workers until so many are here: forces an order that is rare"},
	[DRILL_HANG] = {"hang", DRILL_NOTHING, false, true, "never returns"},
	[DRILL_SPIN] = {"spin", DRILL_NOTHING, true, true, "never returns, and computes"},
	[DRILL_CRASH] = {"crash", DRILL_NOTHING, false, true, "writes where it must not: SIGSEGV"},
	[DRILL_EXIT] = {"exit", DRILL_COUNT, false, true, "ends its process with that status"},
	[DRILL_STOP] = {"stop", DRILL_NOTHING, false, true, "stops its process (SIGSTOP)"},
	[DRILL_FIFO] = {"fifo", DRILL_NOTHING, false, true, "reads from a FIFO nobody writes to"},
};

const struct drill_op_info *drill_op_info(enum drill_op op)
{
	return &infos[op];
}

int drill_name_check(const char *name, struct err *err)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL)
			length = 0;
	}
	if (length != 0 && length < DRILL_NAME_BYTES)
		return 0;
	return err_permanent(err,
			     "'%.40s' is no name: give 1 to %d letters, digits, '-', '_' or '.'",
			     name, DRILL_NAME_BYTES - 1);
}

int drill_names_add(struct drill_names *names, const char *name)
{
	for (unsigned i = 0; i < names->count; i++) {
		if (strcmp(names->name[i], name) == 0)
			return (int)i;
	}
	if (names->count == DRILL_NAMES)
		return -1;
	snprintf(names->name[names->count], DRILL_NAME_BYTES, "%s", name);
	return (int)names->count++;
}

/* A number at *text, which moves behind it; negative when there is none. */
static double read_number(const char **text)
{
	char *end;
	double value;

	if (!isdigit((unsigned char)**text))
		return -1;
	value = strtod(*text, &end);
	/* "1..5": the first dot of the two is none of the number's. */
	if (end > *text && end[-1] == '.' && *end == '.')
		end--;
	*text = end;
	return value;
}

static double unit_ns(const char *unit)
{
	if (strcmp(unit, "us") == 0)
		return 1e3;
	if (strcmp(unit, "ms") == 0)
		return 1e6;
	return strcmp(unit, "s") == 0 ? 1e9 : 0;
}

/* "A" or "A..B" with what stands behind. -1 when it is neither. */
static int read_range(const char *text, double *least, double *most, const char **rest)
{
	*least = *most = read_number(&text);
	if (*least >= 0 && strncmp(text, "..", 2) == 0) {
		text += 2;
		*most = read_number(&text);
	}
	*rest = text;
	return *least < 0 || *most < *least ? -1 : 0;
}

int drill_time_parse(const char *text, struct drill_range *range, struct err *err)
{
	double least, most, unit;
	const char *rest;

	if (read_range(text, &least, &most, &rest) != 0 || (unit = unit_ns(rest)) == 0 ||
	    most * unit > most_seconds * 1e9)
		return err_permanent(err,
				     "'%.40s' is no time: write 300ms, 1.5s or a range 100..300ms, "
				     "an hour at most",
				     text);
	*range = (struct drill_range){(uint64_t)(least * unit), (uint64_t)(most * unit)};
	return 0;
}

int drill_count_parse(const char *text, struct drill_range *range, struct err *err)
{
	double least, most;
	const char *rest;

	if (read_range(text, &least, &most, &rest) != 0 || *rest != '\0' || most > most_count ||
	    floor(least) < least || floor(most) < most)
		return err_permanent(err, "'%.40s' is no count: write 8 or a range 1..5", text);
	*range = (struct drill_range){(uint64_t)least, (uint64_t)most};
	return 0;
}

static int parse_percent(const char *text, struct drill_range *range, struct err *err)
{
	const char *rest = text;
	double value = read_number(&rest);

	if (value < 0 || value > 100 || strcmp(rest, "%") != 0)
		return err_permanent(err, "'%.40s' is no share: write 75%%", text);
	range->least = range->most = (uint64_t)value;
	return 0;
}

static int parse_name(const char *word, struct drill_names *names, struct drill_step *step,
		      struct err *err)
{
	int index;

	if (drill_name_check(word, err) != 0)
		return -1;
	index = drill_names_add(names, word);
	if (index < 0)
		return err_permanent(err, "'%s': more than %d names of that kind", word,
				     DRILL_NAMES);
	step->target = (unsigned)index;
	return 0;
}

/* The words of one step, the ones read marked by `at`. */
struct words {
	const char *word[MOST_WORDS];
	size_t count;
	size_t at;
};

static const char *next_word(struct words *words)
{
	return words->at < words->count ? words->word[words->at++] : "";
}

static int parse_when(struct words *words, struct drill_step *step, struct err *err)
{
	static const char *const names[] = {[DRILL_FIRST] = "first",
					    [DRILL_LAST] = "last",
					    [DRILL_AT] = "at",
					    [DRILL_ONCE] = "once"};
	struct drill_range number = {0};

	for (enum drill_when when = DRILL_FIRST; when <= DRILL_ONCE; when++) {
		if (strcmp(words->word[0], names[when]) != 0)
			continue;
		step->when = when;
		words->at++;
		if (when != DRILL_AT)
			return 0;
		if (drill_count_parse(next_word(words), &number, err) != 0)
			return -1;
		step->at = number.least;
		return 0;
	}
	return 0;
}

static int parse_argument(struct words *words, struct drill_vocabulary *vocabulary,
			  struct drill_step *step, struct err *err)
{
	switch (infos[step->op].argument) {
	case DRILL_NOTHING:
		return 0;
	case DRILL_TIME:
		return drill_time_parse(next_word(words), &step->amount, err);
	case DRILL_COUNT:
		return drill_count_parse(next_word(words), &step->amount, err);
	case DRILL_COUNT_TIME:
		if (drill_count_parse(next_word(words), &step->amount, err) != 0)
			return -1;
		step->flights = step->amount.most;
		return drill_time_parse(next_word(words), &step->amount, err);
	case DRILL_PERCENT:
		return parse_percent(next_word(words), &step->amount, err);
	case DRILL_LOCK_NAME:
		return parse_name(next_word(words), &vocabulary->locks, step, err);
	case DRILL_LIST_NAME:
		return parse_name(next_word(words), &vocabulary->lists, step, err);
	case DRILL_STAGE_NAME:
		snprintf(step->name, sizeof step->name, "%s", next_word(words));
		return drill_name_check(step->name, err);
	}
	return 0;
}

static int unknown_step(const char *word, struct err *err)
{
	struct textbuf names;

	textbuf_init(&names);
	for (size_t i = 0; i < DRILL_OPS; i++)
		textbuf_printf(&names, "%s%s", i > 0 ? ", " : "", infos[i].name);
	err_permanent(err, "'%.40s' is no step; there are %s", word, names.text);
	textbuf_free(&names);
	return -1;
}

static int parse_words(struct words *words, struct drill_vocabulary *vocabulary,
		       struct drill_step *step, struct err *err)
{
	const char *word;

	*step = (struct drill_step){.op = DRILL_OPS, .repeat = {1, 1}};
	if (parse_when(words, step, err) != 0)
		return -1;
	word = next_word(words);
	for (enum drill_op op = 0; op < DRILL_OPS; op++) {
		if (strcmp(infos[op].name, word) == 0)
			step->op = op;
	}
	if (step->op == DRILL_OPS)
		return unknown_step(word, err);
	if (parse_argument(words, vocabulary, step, err) != 0)
		return err_context(err, "%s", word);
	if (words->at < words->count && strcmp(words->word[words->at], "x") == 0) {
		words->at++;
		if (drill_count_parse(next_word(words), &step->repeat, err) != 0)
			return err_context(err, "%s x", word);
	}
	if (words->at < words->count)
		return err_permanent(err, "%s: '%.40s' is too much; steps stand between commas",
				     word, words->word[words->at]);
	return 0;
}

/* One step; the text is cut up. */
static int parse_step(char *text, struct drill_vocabulary *vocabulary, struct drill_step *step,
		      struct err *err)
{
	struct words words = {0};
	char *state = NULL;

	for (char *word = strtok_r(text, " \t", &state); word != NULL;
	     word = strtok_r(NULL, " \t", &state)) {
		if (words.count == MOST_WORDS)
			return err_permanent(err, "'%.40s': too many words in one step", word);
		words.word[words.count++] = word;
	}
	if (words.count == 0)
		return err_permanent(err, "a step is missing; write what the stage does, as in "
					  "wait 300ms, cpu 20ms");
	return parse_words(&words, vocabulary, step, err);
}

int drill_steps_parse(const char *text, struct drill_vocabulary *vocabulary,
		      struct drill_program *program, struct err *err)
{
	char *copy = mem_strdup(text);
	char *rest = copy;
	char *piece;
	int result = 0;

	while (result == 0 && (piece = strsep(&rest, ",")) != NULL) {
		struct drill_step step;

		/* A comma at the end: the next line goes on. */
		if (rest == NULL && program->count > 0 && piece[strspn(piece, " \t")] == '\0')
			break;
		result = parse_step(piece, vocabulary, &step, err);
		if (result != 0)
			break;
		program->step =
			mem_realloc(program->step, program->count + 1, sizeof *program->step);
		program->step[program->count++] = step;
	}
	free(copy);
	return result;
}

void drill_program_free(struct drill_program *program)
{
	free(program->step);
	*program = (struct drill_program){0};
}

bool drill_step_applies(const struct drill_step *step, uint64_t number, uint64_t items,
			unsigned attempt)
{
	switch (step->when) {
	case DRILL_FIRST:
		return number == 1;
	case DRILL_LAST:
		return number == items;
	case DRILL_AT:
		return number == step->at;
	case DRILL_ONCE:
		return attempt == 1;
	case DRILL_ALWAYS:
		break;
	}
	return true;
}
