/*
 * actions.c - the actions menu and the live keys (floor: tui). One thread.
 */
#include "config.h"

#include "tui/actions.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum action { ACTION_ABANDON, ACTION_KILL, ACTION_ADD, ACTION_RETIRE, ACTION_YES, ACTION_NO };

/* Station of a worker in the plan, 0 when it belongs to none that has workers to count. */
static unsigned station_of(const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;

	if (!snapshot_counted(snapshot, worker))
		return 0;
	return live->station < PAGE_STATIONS ? live->station : 0;
}

/* Does the worker that was pinned still live in that incarnation? */
static bool target_lives(struct ui *ui, const struct ui_target *target)
{
	const struct page_worker_live *live = &ui->model->live->worker[target->worker].live;

	if (live->incarnation == target->incarnation &&
	    page_state_info((enum worker_state)live->state)->alive)
		return true;
	ui_say(ui, true, "%s has ended or was replaced meanwhile: nothing was done", target->name);
	return false;
}

static void confirmed(struct ui *ui, const char *verb)
{
	const struct ui_target *target = &ui->dialog.target;
	char message[128], done[128];

	if (!target_lives(ui, target))
		return;
	(void)snprintf(message, sizeof(message), "%s %s %u", verb, target->name,
		       target->incarnation);
	(void)snprintf(done, sizeof(done), "asked the run to %s %s (incarnation %u)", verb,
		       target->name, target->incarnation);
	ui_send(ui, message, done);
}

static void kill_confirmed(struct ui *ui, int action)
{
	if (action == ACTION_YES)
		confirmed(ui, "kill");
}

static void abandon_confirmed(struct ui *ui, int action)
{
	if (action == ACTION_YES)
		confirmed(ui, "abandon");
}

/* Whose items start again when the host of this worker is killed. */
static void name_bystanders(const struct snapshot *snapshot, unsigned worker, char *text,
			    size_t size)
{
	unsigned host = snapshot->worker[worker].live.host;
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < snapshot->status.workers && i < PAGE_WORKERS; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (i == worker || live->host != host ||
		    !page_state_info((enum worker_state)live->state)->alive)
			continue;
		int wrote = snprintf(text + length, size - length, "%s%s", length > 0 ? ", " : "",
				     live->name);
		if (wrote < 0 || (size_t)wrote >= size - length)
			break;
		length += (size_t)wrote;
	}
}

static void ask(struct ui *ui, enum action action)
{
	const struct snapshot *snapshot = ui->model->live;
	struct ui_target target = ui->dialog.target;
	char title[96], text[512], others[256];

	if (!target_lives(ui, &target))
		return;
	name_bystanders(snapshot, target.worker, others, sizeof(others));
	bool shared = others[0] != '\0';
	(void)snprintf(title, sizeof(title), "%s %s?", action == ACTION_KILL ? "Kill" : "Abandon",
		       target.name);
	if (action == ACTION_KILL)
		(void)snprintf(text, sizeof(text),
			       "Process %u (incarnation %u) is killed and replaced; its item is "
			       "tried again.%s%s",
			       snapshot->worker[target.worker].live.pid, target.incarnation,
			       shared ? " The items of these start again too: " : "", others);
	else
		(void)snprintf(
			text, sizeof(text),
			"%s (incarnation %u) is asked to give its item up; if it does not, its "
			"process is killed.%s%s",
			target.name, target.incarnation,
			shared ? " Then the items of these start again: " : "", others);
	dialog_begin(ui, title, text, action == ACTION_KILL ? kill_confirmed : abandon_confirmed);
	dialog_add(ui, 'n', ACTION_NO, "no");
	dialog_add(ui, 'y', ACTION_YES, "yes, %s %s", action == ACTION_KILL ? "kill" : "abandon",
		   target.name);
}

static void menu_chosen(struct ui *ui, int action)
{
	switch (action) {
	case ACTION_KILL:
	case ACTION_ABANDON:
		ask(ui, (enum action)action);
		break;
	case ACTION_ADD:
	case ACTION_RETIRE:
		actions_resize_station(ui, ui->dialog.target.worker, action == ACTION_ADD);
		break;
	default:
		break;
	}
}

void actions_menu(struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	char title[96], text[320], item[PAGE_ITEM_BYTES];

	if (!ui_can_command(ui))
		return;
	if (worker >= PAGE_WORKERS) {
		ui_say(ui, true, "no worker is selected");
		return;
	}
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	text_sanitise(item, sizeof(item), live->item, strnlen(live->item, sizeof(live->item)));
	(void)snprintf(title, sizeof(title), "%s, worker %u, incarnation %u", live->name, worker,
		       live->incarnation);
	(void)snprintf(text, sizeof(text), "Item: %s", live->job != 0 ? item : "none");
	dialog_begin(ui, title, text, menu_chosen);
	ui->dialog.target = (struct ui_target){.worker = worker, .incarnation = live->incarnation};
	(void)snprintf(ui->dialog.target.name, sizeof(ui->dialog.target.name), "%s", live->name);
	dialog_add(ui, 'a', ACTION_ABANDON, "abandon the item in hand");
	dialog_add(ui, 'k', ACTION_KILL, "kill the worker's process");
	if (station_of(snapshot, worker) != 0) {
		dialog_add(ui, ']', ACTION_ADD, "add a worker beside it");
		dialog_add(ui, '[', ACTION_RETIRE, "retire a worker of its station");
	}
	dialog_add(ui, KEYS_ESCAPE, ACTION_NO, "nothing");
}

void actions_resize_station(struct ui *ui, unsigned worker, bool add)
{
	const struct snapshot *snapshot = ui->model->live;
	char message[96], done[128];

	if (!ui_can_command(ui))
		return;
	unsigned station = worker < PAGE_WORKERS ? station_of(snapshot, worker) : 0;
	if (station == 0) {
		ui_say(ui, true, "this worker stands alone: choose a worker of a station");
		return;
	}
	const char *name = snapshot->plan.station[station].name;
	(void)snprintf(message, sizeof(message), "%s %s", add ? "add" : "retire", name);
	(void)snprintf(done, sizeof(done),
		       add ? "asked for one worker more at %s" : "asked for one worker less at %s",
		       name);
	ui_send(ui, message, done);
}

void actions_resize(struct ui *ui, unsigned queue, int by)
{
	const struct page_queue *q = &ui->model->live->queue[queue];
	char message[96], done[128];

	if (!ui_can_command(ui))
		return;
	if (by < 0 && q->capacity <= 1) {
		ui_say(ui, true, "queue %s has one place, the least there is", q->name);
		return;
	}
	unsigned capacity = by < 0 ? q->capacity - 1 : q->capacity + 1;
	(void)snprintf(message, sizeof(message), "capacity %s %u", q->name, capacity);
	(void)snprintf(done, sizeof(done), "asked for %u places in queue %s", capacity, q->name);
	ui_send(ui, message, done);
}

void actions_resize_queue(struct ui *ui, unsigned worker, int by)
{
	const struct snapshot *snapshot = ui->model->live;

	if (!ui_can_command(ui))
		return;
	unsigned station = worker < PAGE_WORKERS ? station_of(snapshot, worker) : 0;
	unsigned queue = station == 0 ? PAGE_NONE : snapshot->plan.station[station].queue;
	if (queue >= PAGE_QUEUES) {
		ui_say(ui, true, "no queue feeds this worker");
		return;
	}
	actions_resize(ui, queue, by);
}
