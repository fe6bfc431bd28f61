/*
 * ui_dump.c - all that is known of the run, written down (floor: tui). One thread.
 */
#include "config.h"

#include <stdlib.h>

#include "base/text.h"
#include "tui/ui.h"

/* What is shown may be frozen; what is written is the latest. */
void ui_dump(struct ui *ui)
{
	const struct ui_dump what = {.page = ui->model->page,
				     .snapshot = ui->model->live,
				     .diagnosis = ui->model->diagnosis};
	struct err err;
	char *path;

	if (!ui->model->valid || ui->model->page == NULL || ui->writers == NULL ||
	    ui->writers->dump == NULL) {
		ui_say(ui, true, "there is no live run to be written down");
		return;
	}
	err_clear(&err);
	path = ui->writers->dump(ui->writers->context, &what, &err);
	if (path != NULL) {
		char shown[sizeof(ui->message)];

		text_clip_left(shown, sizeof(shown), path,
			       text_width(path) < 60 ? text_width(path) : 60);
		ui_say(ui, false, "written: %s", shown);
	} else {
		ui_say(ui, true, "dump: %s", err.text);
	}
	free(path);
}
