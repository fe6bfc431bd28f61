/*
 * actions_tagged.c - one action for all tagged workers (floor: tui). One thread.
 *
 * What is acted on is what was tagged when the menu opened, incarnation by incarnation: the list is
 * kept with the dialog, so that neither the rows nor the tags can move under the question.
 */
#include "config.h"

#include <stdio.h>

#include "tui/actions.h"
#include "tui/worker_text.h"

enum action { ACTION_ABANDON, ACTION_KILL, ACTION_RETIRE, ACTION_NO };

static const struct {
	const char *verb; /* of the control message */
	const char *does; /* for the question */
	bool pinned;	  /* the message names the incarnation */
} actions[] = {
	[ACTION_ABANDON] = {"abandon", "are asked to give up their items", true},
	[ACTION_KILL] = {"kill", "lose their processes, which are replaced", true},
	[ACTION_RETIRE] = {"retire", "finish their items and end", false},
};

/* "decode-1, decode-3 and 4 more" */
static void list_names(const struct tags *tags, const struct snapshot *snapshot, char *text,
		       size_t size)
{
	unsigned left = tags_count(tags, snapshot);
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		if (!tags_has(tags, snapshot, i))
			continue;
		if (length + PAGE_NAME_BYTES + 24 > size) {
			(void)snprintf(text + length, size - length, " and %u more", left);
			return;
		}
		length += (size_t)snprintf(text + length, size - length, "%s%s",
					   length > 0 ? ", " : "", snapshot->worker[i].live.name);
		left--;
	}
}

static void send_all(struct ui *ui, enum action action)
{
	const struct snapshot *snapshot = ui->model->live;
	unsigned sent = 0, gone = 0, refused = 0;
	bool killed[PAGE_HOSTS] = {false};
	struct err err;

	if (!ui_can_command(ui))
		return;
	err_clear(&err);
	for (unsigned i = 0; i < PAGE_WORKERS; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		char message[96];

		if (ui->dialog.tags.incarnation[i] == 0)
			continue;
		if (!tags_has(&ui->dialog.tags, snapshot, i) ||
		    !page_state_info((enum worker_state)live->state)->alive) {
			gone++;
			continue;
		}
		/* Its process dies once, with all its threads. */
		if (action == ACTION_KILL && live->host < PAGE_HOSTS && killed[live->host]) {
			sent++;
			continue;
		}
		if (actions[action].pinned)
			(void)snprintf(message, sizeof(message), "%s %s %u", actions[action].verb,
				       live->name, live->incarnation);
		else
			(void)snprintf(message, sizeof(message), "%s %s", actions[action].verb,
				       live->name);
		if (ui->send(ui, message, &err) != 0) {
			refused++;
			continue;
		}
		sent++;
		if (live->host < PAGE_HOSTS)
			killed[live->host] = true;
	}
	if (refused > 0)
		ui_say(ui, true, "%s: %u asked, %u refused: %s", actions[action].verb, sent,
		       refused, err.text);
	else if (gone > 0)
		ui_say(ui, sent == 0, "%s: %u asked; %u had ended or were replaced meanwhile",
		       actions[action].verb, sent, gone);
	else
		ui_say(ui, false, "asked the run to %s %u workers", actions[action].verb, sent);
}

static void confirmed(struct ui *ui, int action)
{
	if (action != ACTION_NO)
		send_all(ui, (enum action)action);
}

static void chosen(struct ui *ui, int action)
{
	const struct snapshot *snapshot = ui->model->live;
	unsigned count = tags_count(&ui->dialog.tags, snapshot);
	char title[96], text[512], names[320];

	if (action == ACTION_NO)
		return;
	list_names(&ui->dialog.tags, snapshot, names, sizeof(names));
	(void)snprintf(title, sizeof(title), "%s %u workers?", actions[action].verb, count);
	(void)snprintf(text, sizeof(text), "%s: these %s.", names, actions[action].does);
	dialog_begin(ui, title, text, confirmed);
	dialog_add(ui, 'n', ACTION_NO, "no");
	dialog_add(ui, 'y', action, "yes, %s %u workers", actions[action].verb, count);
}

void actions_menu_tagged(struct ui *ui, const struct tags *tags)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	char title[96], text[512];

	if (!ui_can_command(ui))
		return;
	(void)snprintf(title, sizeof(title), "%u tagged workers", tags_count(tags, snapshot));
	list_names(tags, snapshot, text, sizeof(text));
	dialog_begin(ui, title, text, chosen);
	ui->dialog.tags = *tags;
	dialog_add(ui, 'a', ACTION_ABANDON, "abandon the items in hand");
	dialog_add(ui, 'k', ACTION_KILL, "kill their processes");
	dialog_add(ui, '[', ACTION_RETIRE, "retire them");
	dialog_add(ui, KEYS_ESCAPE, ACTION_NO, "nothing");
}
