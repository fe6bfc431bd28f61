/*
 * form.c - moving and typing in the settings (floor: tui). One thread.
 *
 * Every keystroke is tried at once: the services keep the old value when they refuse the new one,
 * and say why; the text stays as typed until the field is left.
 */
#include "config.h"

#include "tui/form.h"

#include <stdio.h>
#include <string.h>

void form_init(struct form *form)
{
	*form = (struct form){.focus = FORM_LIST, .bad_field = FORM_NONE};
}

int form_strategy(const struct ui_services *services)
{
	for (size_t i = 0; i < services->nfields; i++) {
		if (strcmp(services->fields[i].name, "strategy") == 0 &&
		    services->fields[i].choices != NULL)
			return (int)i;
	}
	return FORM_NONE;
}

static bool is_text(const struct ui_services *services, int field)
{
	return field >= 0 && services->fields[field].choices == NULL &&
	       !services->fields[field].flag;
}

static void load_edit(struct form *form, const struct ui_services *services)
{
	form->edit[0] = '\0';
	if (form->focus >= 0)
		services->get(services->context, (size_t)form->focus, form->edit,
			      sizeof(form->edit));
	form->cursor = strlen(form->edit);
	form->edited = false;
}

static void ask_preview(struct form *form, const struct ui_services *services)
{
	memset(&form->preview, 0, sizeof(form->preview));
	form->preview.bad_field = -1;
	services->preview(services->context, &form->preview);
	form->fresh = true;
	if (form->edited && form->bad_field == form->focus)
		return; /* what is being typed is the nearer problem */
	form->bad_field = form->preview.bad_field >= 0 ? form->preview.bad_field : FORM_NONE;
	(void)snprintf(form->problem, sizeof(form->problem), "%s", form->preview.problem);
}

void form_refresh(struct form *form, const struct ui_services *services)
{
	int strategy = form_strategy(services);
	int advanced = 0;

	form->entries = 0;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < services->nfields && form->entries < FORM_FIELDS; i++) {
			bool listed = (int)i == strategy && !form->narrow;
			if (services->fields[i].advanced != (pass == 1) || listed)
				continue;
			if (services->field_applies != NULL &&
			    !services->field_applies(services->context, i))
				continue;
			advanced += pass;
			if (pass == 0 || form->unfolded)
				form->entry[form->entries++] = (int)i;
		}
		/* The fold stands between the two kinds. */
		if (pass == 0)
			form->entry[form->entries++] = FORM_FOLD;
	}
	if (advanced == 0)
		form->entries--;
	if (!form->fresh)
		ask_preview(form, services);
	bool on_list = form->focus == FORM_LIST && !form->narrow && strategy != FORM_NONE;
	bool found = on_list;
	for (int i = 0; i < form->entries; i++)
		found = found || form->entry[i] == form->focus;
	if (!found)
		form_focus(form, services,
			   !form->narrow && strategy != FORM_NONE ? FORM_LIST : form->entry[0]);
}

void form_focus(struct form *form, const struct ui_services *services, int focus)
{
	bool dropped = form->edited && form->bad_field == form->focus;

	form->focus = focus;
	load_edit(form, services);
	if (dropped)
		ask_preview(form, services); /* the text that was refused is gone */
}

static void try_value(struct form *form, const struct ui_services *services, int field,
		      const char *text)
{
	struct err err;

	err_clear(&err);
	form->fresh = false;
	if (services->set(services->context, (size_t)field, text, &err) == 0) {
		form->bad_field = FORM_NONE;
		ask_preview(form, services);
		return;
	}
	ask_preview(form, services);
	form->bad_field = field;
	(void)snprintf(form->problem, sizeof(form->problem), "%.*s", (int)sizeof(form->problem) - 1,
		       err.text);
}

int form_choice(const struct ui_services *services, int field)
{
	const struct ui_field *f = &services->fields[field];
	char value[FORM_VALUE_BYTES];

	services->get(services->context, (size_t)field, value, sizeof(value));
	for (int i = 0; f->choices[i] != NULL; i++) {
		if (strcmp(f->choices[i], value) == 0)
			return i;
	}
	return -1;
}

void form_choose(struct form *form, const struct ui_services *services, int field, int step)
{
	const struct ui_field *f = &services->fields[field];
	char value[FORM_VALUE_BYTES];
	int count = 0;

	form->edited = false;
	if (f->flag) {
		services->get(services->context, (size_t)field, value, sizeof(value));
		try_value(form, services, field, strcmp(value, "yes") == 0 ? "no" : "yes");
		return;
	}
	while (f->choices[count] != NULL)
		count++;
	if (count == 0)
		return;
	int now = form_choice(services, field);
	now = now < 0 ? 0 : (now + step + count) % count;
	try_value(form, services, field, f->choices[now]);
}

static bool move(struct form *form, const struct ui_services *services, int step)
{
	int at = -1;
	bool has_list = !form->narrow && form_strategy(services) != FORM_NONE;

	for (int i = 0; i < form->entries; i++) {
		if (form->entry[i] == form->focus)
			at = i;
	}
	at += step;
	if (at >= form->entries)
		return true;
	if (at < 0)
		form_focus(form, services, has_list ? FORM_LIST : form->entry[0]);
	else
		form_focus(form, services, form->entry[at]);
	return true;
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

static void insert_character(struct form *form, int key)
{
	char bytes[4];
	size_t count = key < 0x80 ? 1 : key < 0x800 ? 2 : key < 0x10000 ? 3 : 4;
	static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	unsigned value = (unsigned)key;
	size_t length = strlen(form->edit);

	if (length + count + 1 > sizeof(form->edit))
		return;
	for (size_t i = count - 1; i > 0; i--, value >>= 6)
		bytes[i] = (char)(0x80 | (value & 0x3F));
	bytes[0] = (char)(lead[count] | value);
	memmove(form->edit + form->cursor + count, form->edit + form->cursor,
		length - form->cursor + 1);
	memcpy(form->edit + form->cursor, bytes, count);
	form->cursor += count;
}

static void move_cursor(struct form *form, int key)
{
	size_t length = strlen(form->edit);

	switch (key) {
	case KEYS_HOME:
		form->cursor = 0;
		break;
	case KEYS_END:
		form->cursor = length;
		break;
	case KEYS_LEFT:
		while (form->cursor > 0 && is_continuation(form->edit[--form->cursor]))
			;
		break;
	case KEYS_RIGHT:
		while (form->cursor < length && is_continuation(form->edit[++form->cursor]))
			;
		break;
	default:
		break;
	}
}

static void erase_character(struct form *form, int key)
{
	size_t length = strlen(form->edit);
	size_t end = form->cursor;

	if (key == KEYS_BACKSPACE) {
		move_cursor(form, KEYS_LEFT);
	} else {
		size_t start = form->cursor;
		move_cursor(form, KEYS_RIGHT);
		end = form->cursor;
		form->cursor = start;
	}
	memmove(form->edit + form->cursor, form->edit + end, length - end + 1);
}

static bool text_key(struct form *form, const struct ui_services *services, int key)
{
	switch (key) {
	case KEYS_HOME:
	case KEYS_END:
	case KEYS_LEFT:
	case KEYS_RIGHT:
		move_cursor(form, key);
		return true;
	case KEYS_BACKSPACE:
	case KEYS_DELETE:
		erase_character(form, key);
		break;
	default:
		if (key < ' ' || key >= KEYS_SPECIAL)
			return false;
		insert_character(form, key);
		break;
	}
	form->edited = true;
	try_value(form, services, form->focus, form->edit);
	return true;
}

static bool list_key(struct form *form, const struct ui_services *services, int key)
{
	int field = form_strategy(services);
	int now = form_choice(services, field);

	switch (key) {
	case KEYS_UP:
		if (now > 0)
			form_choose(form, services, field, -1);
		return true;
	case KEYS_DOWN:
		if (now < 0 || services->fields[field].choices[now + 1] != NULL)
			form_choose(form, services, field, 1);
		else if (form->entries > 0)
			form_focus(form, services, form->entry[0]);
		return true;
	case KEYS_RIGHT:
	case KEYS_TAB:
		if (form->entries > 0)
			form_focus(form, services, form->entry[0]);
		return true;
	default:
		return false;
	}
}

bool form_key(struct form *form, const struct ui_services *services, int key)
{
	int focus = form->focus;

	if (focus == FORM_LIST)
		return list_key(form, services, key);
	switch (key) {
	case KEYS_UP:
	case KEYS_BACK_TAB:
		return move(form, services, -1);
	case KEYS_DOWN:
	case KEYS_TAB:
		return move(form, services, 1);
	case KEYS_ESCAPE:
		if (form->narrow || form_strategy(services) == FORM_NONE)
			return false;
		form_focus(form, services, FORM_LIST);
		return true;
	default:
		break;
	}
	if (is_text(services, focus))
		return text_key(form, services, key);
	if (key != ' ' && key != KEYS_LEFT && key != KEYS_RIGHT &&
	    !(focus == FORM_FOLD && key == KEYS_ENTER))
		return false;
	if (focus == FORM_FOLD)
		form->unfolded = !form->unfolded;
	else
		form_choose(form, services, focus, key == KEYS_LEFT ? -1 : 1);
	return true;
}

bool form_is_good(struct form *form, const struct ui_services *services)
{
	form->fresh = false;
	form_refresh(form, services);
	if (form->bad_field == FORM_NONE && form->problem[0] == '\0')
		return true;
	if (form->bad_field >= 0 && form->bad_field != form->focus) {
		char problem[sizeof(form->problem)];
		int bad = form->bad_field;

		memcpy(problem, form->problem, sizeof(problem));
		if (services->fields[bad].advanced)
			form->unfolded = true;
		form_refresh(form, services);
		if (bad == form_strategy(services) && !form->narrow)
			form_focus(form, services, FORM_LIST);
		else
			form_focus(form, services, bad);
		form->bad_field = bad;
		memcpy(form->problem, problem, sizeof(problem));
	}
	return false;
}
