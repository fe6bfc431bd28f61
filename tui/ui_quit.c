/*
 * ui_quit.c - leaving, which asks while a run of ours goes on (floor: tui). One thread.
 */
#include "config.h"

#include "tui/ui.h"

enum { QUIT_WAIT, QUIT_DETACH, QUIT_CANCEL, QUIT_STAY };

static void quit_chosen(struct ui *ui, int action)
{
	switch (action) {
	case QUIT_WAIT:
		ui->leave_at_end = true;
		ui_say(ui, false, "imgtop leaves when the run has ended");
		break;
	case QUIT_DETACH:
		ui->request = UI_LET_GO;
		break;
	case QUIT_CANCEL:
		ui->request = UI_CANCEL;
		break;
	default:
		break;
	}
}

void ui_ask_quit(struct ui *ui)
{
	if (!ui->own_run || model_ended(ui->model)) {
		ui->request = UI_QUIT;
		return;
	}
	dialog_begin(ui, "Quit", "The run is still going on.", quit_chosen);
	dialog_add(ui, 'w', QUIT_WAIT, "wait: leave when it has ended");
	dialog_add(ui, 'd', QUIT_DETACH, "detach: the run goes on alone");
	dialog_add(ui, 'c', QUIT_CANCEL, "cancel: finish begun items");
	dialog_add(ui, 's', QUIT_STAY, "stay");
}
