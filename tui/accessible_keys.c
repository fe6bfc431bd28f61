/*
 * accessible_keys.c - commands and questions in sentences (floor: tui). One thread.
 *
 * It owns a ui that is never drawn, so that menus, targets that stay pinned to their incarnation,
 * and messages are those of the screens. After each key, whatever it has said or asked is printed.
 */
#include "config.h"

#include "tui/accessible_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/accessible_stacks.h"
#include "tui/actions.h"
#include "tui/keyboard.h"
#include "tui/signals.h"
#include "tui/worker_text.h"
#include "view/verdict.h"

struct accessible_keys {
	FILE *stream;
	struct keyboard keyboard;
	struct ui ui;
	struct accessible_stacks stacks;
	unsigned worker; /* selected; PAGE_WORKERS: none was yet */
	bool greeted;
};

struct accessible_keys *accessible_keys_new(FILE *stream, const struct ui_services *services,
					    struct model *model, int keys_fd, bool own)
{
	struct accessible_keys *keys = mem_calloc(1, sizeof(*keys));

	keys->stream = stream;
	keys->worker = PAGE_WORKERS;
	ui_init(&keys->ui, own ? services : NULL, true);
	model_free(keys->ui.model);
	keys->ui.model = model;
	keys->ui.writers = services;
	keys->ui.own_run = own;
	keyboard_open(&keys->keyboard, keys_fd);
	return keys;
}

void accessible_keys_free(struct accessible_keys *keys)
{
	if (keys == NULL)
		return;
	keyboard_close(&keys->keyboard);
	keys->ui.model = NULL; /* the caller's */
	ui_release(&keys->ui);
	free(keys);
}

void accessible_keys_greet(struct accessible_keys *keys)
{
	if (keys == NULL || keys->greeted || keyboard_fd(&keys->keyboard) < 0)
		return;
	keys->greeted = true;
	(void)fputs("Press h to hear the keys.\n", keys->stream);
	(void)fflush(keys->stream);
}

int accessible_keys_fd(struct accessible_keys *keys)
{
	return keyboard_fd(&keys->keyboard);
}

void accessible_keys_stop(struct accessible_keys *keys)
{
	keyboard_close(&keys->keyboard);
	signals_stop();
	(void)keyboard_fd(&keys->keyboard);
}

static void tell_help(const struct accessible_keys *keys)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	for (size_t i = 0; i < count; i++) {
		char names[64];

		if ((bindings[i].scopes & SCOPE_SENTENCES) == 0 &&
		    bindings[i].command != COMMAND_HELP && bindings[i].command != COMMAND_QUIT)
			continue;
		keys_names(&bindings[i], names, sizeof(names));
		(void)fprintf(keys->stream, "%s: %s.\n", names, bindings[i].help);
	}
	(void)fputs("Ctrl-C: finish what was begun, save and leave; a second one stops at once.\n",
		    keys->stream);
}

static void tell_run(const struct accessible_keys *keys)
{
	const struct model *model = keys->ui.model;
	const struct snapshot *snapshot = model->live;
	const struct page_status *status = &snapshot->status;
	char elapsed[32], rate[16], sentence[512];
	struct rates_run rates;

	rates_run(model->rates, &rates);
	text_elapsed(elapsed, sizeof(elapsed), snapshot_elapsed_ns(snapshot));
	text_rate(rate, sizeof(rate), rates.items_per_s);
	(void)fprintf(keys->stream,
		      "%s for %s: %llu of %llu items%s, %llu ok, %llu failed, %s per second",
		      page_run_state_word((enum run_state)status->state), elapsed,
		      (unsigned long long)snapshot_finished(snapshot),
		      (unsigned long long)status->found,
		      status->source_ended ? "" : " found so far",
		      (unsigned long long)status->done[ITEM_OK],
		      (unsigned long long)status->done[ITEM_FAILED], rate);
	if (rates.eta_s >= 1)
		(void)fprintf(keys->stream, ", about %.0f seconds left", rates.eta_s);
	sentence[0] = '\0';
	if (status->state != RUN_STARTING) /* nothing holds it up yet */
		verdict_sentence(snapshot, sentence, sizeof(sentence));
	(void)fprintf(keys->stream, ".%s%s%s\n", sentence[0] != '\0' ? " " : "", sentence,
		      sentence[0] != '\0' ? "." : "");
}

static void tell_worker(const struct accessible_keys *keys, unsigned worker)
{
	const struct snapshot *snapshot = keys->ui.model->live;
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct worker_state_info *info = page_state_info((enum worker_state)live->state);
	char item[2 * PAGE_ITEM_BYTES], age[16], wait[160];

	(void)fprintf(keys->stream, "%s, worker %u: %s", live->name, worker, info->word);
	if (info->alive && live->state_since_ns != 0) {
		text_age(age, sizeof(age), worker_state_age_ns(snapshot, worker));
		(void)fprintf(keys->stream, " for %s", age);
	}
	worker_wait_text(snapshot, worker, wait, sizeof(wait));
	if (wait[0] != '\0')
		(void)fprintf(keys->stream, ", %s", wait);
	if (live->stage < snapshot->plan.stages && live->stage < PAGE_STAGES)
		(void)fprintf(keys->stream, ", stage %s", snapshot->plan.stage[live->stage].name);
	if (live->job != 0 && live->item[0] != '\0') {
		text_sanitise(item, sizeof(item), live->item,
			      strnlen(live->item, sizeof(live->item)));
		(void)fprintf(keys->stream, ", item %s", item);
	}
	(void)fprintf(keys->stream, "; %llu done, %llu failed.\n",
		      (unsigned long long)snapshot_items(snapshot, worker),
		      (unsigned long long)snapshot->worker[worker].counters.failed);
}

/* The first that does the plan's work, as on the screen. */
static unsigned selected(struct accessible_keys *keys)
{
	const struct snapshot *snapshot = keys->ui.model->live;

	for (unsigned i = 0; keys->worker >= PAGE_WORKERS && i < worker_count(snapshot); i++) {
		if (snapshot_counted(snapshot, i))
			keys->worker = i;
	}
	return keys->worker;
}

static void move(struct accessible_keys *keys, int by)
{
	unsigned workers = worker_count(keys->ui.model->live), at = keys->worker;

	if (workers == 0) {
		ui_say(&keys->ui, true, "there are no workers yet");
		return;
	}
	if (at >= workers)
		at = selected(keys);
	else if (by < 0 && at > 0)
		at--;
	else if (by > 0 && at + 1 < workers)
		at++;
	else
		(void)fprintf(keys->stream, "This is the %s worker.\n", by < 0 ? "first" : "last");
	keys->worker = at < workers ? at : 0;
	tell_worker(keys, keys->worker);
}

static void tell_question(const struct accessible_keys *keys)
{
	const struct dialog *dialog = &keys->ui.dialog;

	(void)fprintf(keys->stream, "%s\n", dialog->title);
	if (dialog->text[0] != '\0')
		(void)fprintf(keys->stream, "%s\n", dialog->text);
	for (int i = 0; i < dialog->count; i++) {
		char name[16];

		keys_name(dialog->item[i].key, name, sizeof(name));
		(void)fprintf(keys->stream, "%s: %s\n", name, dialog->item[i].label);
	}
}

/* Only the letters of a question choose: where nothing is marked, Enter would be a guess. */
static void answer(struct accessible_keys *keys, int key)
{
	struct ui *ui = &keys->ui;

	for (int i = 0; i < ui->dialog.count; i++) {
		if (ui->dialog.item[i].key != key)
			continue;
		dialog_take(ui, i);
		if (!ui->dialog.open && ui->message[0] == '\0' && ui->request == UI_NOTHING)
			ui_say(ui, false, "nothing was done");
		return;
	}
	if (key == KEYS_ESCAPE) {
		ui->dialog.open = false;
		ui_say(ui, false, "nothing was done");
		return;
	}
	(void)fputs("That is no answer to this question:\n", keys->stream);
}

static void obey(struct accessible_keys *keys, enum command command)
{
	struct ui *ui = &keys->ui;

	switch (command) {
	case COMMAND_HELP:
		tell_help(keys);
		break;
	case COMMAND_TELL_RUN:
		tell_run(keys);
		break;
	case COMMAND_TELL_WORKERS:
		for (unsigned i = 0; i < worker_count(ui->model->live); i++)
			tell_worker(keys, i);
		break;
	case COMMAND_UP:
	case COMMAND_DOWN:
		move(keys, command == COMMAND_DOWN ? 1 : -1);
		break;
	case COMMAND_ADD:
	case COMMAND_RETIRE:
		actions_resize_station(ui, selected(keys), command == COMMAND_ADD);
		break;
	case COMMAND_MORE_CAPACITY:
	case COMMAND_LESS_CAPACITY:
		actions_resize_queue(ui, selected(keys), command == COMMAND_MORE_CAPACITY ? 1 : -1);
		break;
	case COMMAND_ACTIONS:
		actions_menu(ui, selected(keys));
		break;
	case COMMAND_STACK:
		accessible_stacks_ask(&keys->stacks, ui, selected(keys));
		break;
	case COMMAND_QUIT:
	case COMMAND_PAUSE:
	case COMMAND_DUMP:
		ui_command(ui, command);
		break;
	default:
		ui_say(ui, false, "that key does nothing here; h tells the keys");
		break;
	}
}

enum ui_request accessible_key(struct accessible_keys *keys, int key)
{
	struct ui *ui = &keys->ui;
	enum ui_request request;

	ui->message[0] = '\0';
	if (ui->dialog.open)
		answer(keys, key);
	else if (!ui->model->valid)
		ui_say(ui, false, "the run has not begun");
	else
		obey(keys, keys_command(key, SCOPE_SENTENCES));
	if (ui->dialog.open)
		tell_question(keys);
	if (ui->message[0] != '\0')
		(void)fprintf(keys->stream, "%s.\n", ui->message);
	(void)fflush(keys->stream);
	request = ui->request;
	ui->request = UI_NOTHING;
	return request;
}

/* A dump takes a second or two: it is told when it is there. */
static void tell_dump(struct accessible_keys *keys)
{
	struct ui *ui = &keys->ui;

	ui->message[0] = '\0';
	ui_dump_poll(ui);
	if (ui->message[0] == '\0')
		return;
	(void)fprintf(keys->stream, "%s.\n", ui->message);
	(void)fflush(keys->stream);
}

enum ui_request accessible_keys_take(struct accessible_keys *keys, bool readable)
{
	enum ui_request request = UI_NOTHING;
	int key;

	if (readable)
		keyboard_read(&keys->keyboard);
	while (request == UI_NOTHING &&
	       (key = keyboard_key(&keys->keyboard, !readable)) != KEYS_NONE)
		request = accessible_key(keys, key);
	tell_dump(keys);
	accessible_stacks_tell(&keys->stacks, &keys->ui, keys->stream);
	return request;
}
