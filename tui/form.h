/*
 * form.h - the settings of the setup screen: which field has the focus, what is typed, and what is
 * wrong with it (floor: tui). Values live with the services; here is only what is being typed.
 */
#ifndef IMGTOP_TUI_FORM_H
#define IMGTOP_TUI_FORM_H

#include "tui/services.h"
#include "tui/ui.h"

enum {
	FORM_FIELDS = 128,
	FORM_VALUE_BYTES = 1024,
	FORM_LIST = -1, /* focus: the list of strategies, not a field */
	FORM_FOLD = -2, /* focus: the line that opens the advanced fields */
	FORM_NONE = -3,
};

struct form {
	bool narrow;   /* no room for the list: the strategy is a field like the others */
	bool unfolded; /* advanced fields are shown */
	int focus;     /* FORM_LIST, FORM_FOLD or an index of a field */
	int entry[FORM_FIELDS + 1]; /* what is shown, in order: fields and FORM_FOLD */
	int entries;
	char edit[FORM_VALUE_BYTES]; /* text of the field that has the focus, as typed */
	size_t cursor;		     /* byte in it */
	bool edited;
	int bad_field; /* FORM_NONE, or the field that `problem` is about */
	char problem[256];
	struct ui_preview preview;
	bool fresh; /* preview is that of the present values */
};

void form_init(struct form *form);

/* Index of the field "strategy", FORM_NONE when there is none. */
int form_strategy(const struct ui_services *services);

/* Make the list of entries, put the focus on one of them, ask for the preview. */
void form_refresh(struct form *form, const struct ui_services *services);

void form_focus(struct form *form, const struct ui_services *services, int focus);

/* true: the key was taken. */
bool form_key(struct form *form, const struct ui_services *services, int key);

/* Take another choice of a field, by steps; it goes round. */
void form_choose(struct form *form, const struct ui_services *services, int field, int step);

/* Index of the choice in force, -1 when the value is none of them. */
int form_choice(const struct ui_services *services, int field);

/* May the run start? If not, the focus is on what is wrong. */
bool form_is_good(struct form *form, const struct ui_services *services);

#endif
