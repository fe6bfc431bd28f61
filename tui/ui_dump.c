/*
 * ui_dump.c - all that is known of the run, and its trace, written down (floor: tui). One thread.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/ui.h"

enum { PATH_COLUMNS = 60 };

/* Takes the path. */
static void say_path(struct ui *ui, const char *what, char *path, const struct err *err)
{
	char harmless[4096], shown[sizeof(ui->message)];

	if (path == NULL) {
		ui_say(ui, true, "%s", err->text);
		return;
	}
	text_sanitise(harmless, sizeof(harmless), path, strlen(path));
	int columns = text_width(harmless);
	text_clip_left(shown, sizeof(shown), harmless,
		       columns < PATH_COLUMNS ? columns : PATH_COLUMNS);
	ui_say(ui, false, "%s: %s", what, shown);
	free(path);
}

void ui_dump(struct ui *ui)
{
	if (!dumping_possible(ui->writers, ui->model)) {
		ui_say(ui, true, "there is no live run to be written down");
		return;
	}
	dumping_begin(&ui->dumping, ui->writers, ui->model);
	ui_say(ui, false, "being written, with two stacks a second apart...");
}

void ui_dump_poll(struct ui *ui)
{
	struct err err;
	char *path;

	err_clear(&err);
	if (dumping_poll(&ui->dumping, ui->writers, ui->model, &path, &err))
		say_path(ui, "written", path, &err);
}

void ui_trace(struct ui *ui)
{
	const struct snapshot *snapshot = ui->model->live;
	bool live = ui->model->page != NULL && !model_ended(ui->model);
	const char *dir = ui->report_dir != NULL ? ui->report_dir : snapshot->plan.report_dir;
	struct err err;
	char *path;

	if (!ui->model->valid || ui->writers == NULL || ui->writers->trace == NULL) {
		ui_say(ui, true, "there is no run to be traced");
		return;
	}
	if (dir[0] == '\0') {
		ui_say(ui, true, "the run keeps no report, and so no trace");
		return;
	}
	err_clear(&err);
	path = ui->writers->trace(ui->writers->context, dir, live ? snapshot : NULL, &err);
	say_path(ui, live ? "written so far" : "ui.perfetto.dev opens", path, &err);
}
