/*
 * advise.h - `imgtop advise`: what was found out, and what follows from it, in words and as JSON
 * (floor: program).
 */
#ifndef IMGTOP_ADVISE_H
#define IMGTOP_ADVISE_H

#include "advice.h"
#include "advice_task.h"
#include "advise_probe.h"
#include "base/text.h"
#include "options.h"

enum { ADVISE_SCHEMA = 1 };

/* All that is said of; the pointers are the caller's. */
struct advise_report {
	const struct machine *machine;
	const struct advice_facts *facts;
	const struct advice *advice;
	const struct advise_probe *probe; /* NULL: only a description is known */
	const struct advice_task *task;	  /* that description, or NULL */
	const char *note;		  /* what kept from measuring, or is not in it, or NULL */
	char **command;			  /* argument vector that does it, or NULL */
	bool output_is_example;		  /* -o in it was not given */
};

/* advise_text.c */
void advise_text(const struct advise_report *report, struct textbuf *out);
/* Why there is nothing to advise on: no item was found. Caller frees. */
char *advise_why_nothing(const struct plan *plan, const struct advise_probe *probe);
/* advise_json.c. Caller frees. */
char *advise_json(const struct advise_report *report);

#endif
