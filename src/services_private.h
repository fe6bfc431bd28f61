/*
 * services_private.h - shared by services.c and its parts (floor: program).
 */
#ifndef IMGTOP_SERVICES_PRIVATE_H
#define IMGTOP_SERVICES_PRIVATE_H

#include <jansson.h>
#include <sys/types.h>

#include "base/machine.h"
#include "base/text.h"
#include "engine/launch.h"
#include "record/page.h"
#include "services.h"

enum services_field_kind { FIELD_WORKLOAD, FIELD_INPUTS, FIELD_OPTION };

enum { SERVICES_CHOICES = 32 };

/* What lies behind a ui_field of the same index. */
struct services_field {
	enum services_field_kind kind;
	enum options_scope scope;		   /* of an option */
	const struct option_spec *spec;		   /* of an option */
	const struct workload *workload;	   /* whose option it is; NULL = common */
	char *label;				   /* owned */
	const char *choices[SERVICES_CHOICES + 1]; /* NULL-terminated, when it has any */
	const char *choice_help[SERVICES_CHOICES + 1];
};

/* `imgtop advise` for the form's values, under way or over. */
struct services_measuring {
	char *key;   /* the values it was begun with; NULL: none was begun */
	pid_t child; /* 0: it has ended */
	int fd;	     /* what it says comes from here; -1: it has said all */
	struct textbuf said;
	json_t *advice; /* that, understood; NULL: it is a sentence */
};

struct services {
	struct options options;
	struct machine machine;
	struct services_field *fields;
	struct ui_field *ui_fields;
	size_t nfields;
	struct ui_services ui;
	char **arguments;  /* of the run that was started last; NULL before */
	struct page *page; /* of that run, for its percentiles; NULL when it cannot be mapped */
	struct services_measuring measuring;
	bool detached;	  /* that run was let go of */
	bool dry;	  /* what would be done is to be said, and nothing done */
	bool input_taken; /* standard input has been handed to a run */
};

/* services_fields.c: build fields and ui_fields from the tables, and release them. */
void services_fields_make(struct services *services);
void services_fields_free(struct services *services);

/* Is the name in the list, whose end is NULL? */
bool services_is_among(const char *const *names, const char *name);

/* The field of a name, -1 when there is none. */
int services_field_find(const struct services *services, const char *name, size_t length);
int services_field_inputs(const struct services *services);

/* services_values.c: where the workload at hand writes, unless it was said: who starts with the
 * form has said nothing yet, and the form shows it. */
void services_choose_output(struct services *services);

/* services_advice.c: what is recommended, as ui_services asks for it. */
void services_advice_init(struct services *services);
void services_advice_free(struct services *services);
void services_advice_stop(
	struct services *services); /* if one is under way: it would disturb a run */
void services_recommend(const struct services *services, struct ui_preview *preview);
int services_measure(void *context, struct err *err);
int services_measure_fd(void *context);
bool services_measured(void *context);
int services_take_advice(void *context, struct err *err);

/* ui_services of the form. */
bool services_field_applies(void *context, size_t field);
void services_get(void *context, size_t field, char *text, size_t size);
int services_set(void *context, size_t field, const char *text, struct err *err);
void services_preview(void *context, struct ui_preview *preview);

#endif
