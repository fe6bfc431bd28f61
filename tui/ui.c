/*
 * ui.c - which screen is shown and who gets a key (floor: tui). One thread.
 *
 * A key goes to the open dialog, else to the screen that types, else through the table of keys to
 * the screen, else to what holds everywhere.
 */
#include "config.h"

#include "tui/ui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/stacks.h"
#include "view/control.h"

enum { CONTROL_TIMEOUT_MS = 500, MESSAGE_FRAMES = 50 };

static int send_to_page(struct ui *ui, const char *message, struct err *err)
{
	if (ui->model->socket_path == NULL)
		return err_permanent(err, "nobody takes commands for this run");
	return control_send(ui->model->socket_path, message, CONTROL_TIMEOUT_MS, err);
}

void ui_init(struct ui *ui, const struct ui_services *services, bool ascii)
{
	*ui = (struct ui){
		.services = services,
		.model = model_new(),
		.glyphs = glyphs_get(ascii),
		.screen = &screen_workers,
		.back = &screen_workers,
		.send = send_to_page,
		.override = {.ascii = ascii},
	};
	settings_defaults(&ui->chosen);
	ui->settings = settings_effective(&ui->chosen, &ui->override);
	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		const struct screen *screen = screens_at(i);
		ui->state[i] = screen->open != NULL ? screen->open() : NULL;
	}
}

void ui_release(struct ui *ui)
{
	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		const struct screen *screen = screens_at(i);
		if (screen->close != NULL)
			screen->close(ui->state[i]);
	}
	ui_stacks_drop(ui);
	dumping_drop(&ui->dumping);
	model_free(ui->model);
	free(ui->settings_path);
	free(ui->picked_page);
}

static void *state_of(const struct ui *ui, const struct screen *screen)
{
	return ui->state[screens_index(screen)];
}

void ui_draw(struct ui *ui, struct canvas *canvas)
{
	if (ui->stacks.job != NULL)
		stack_job_poll(ui->stacks.job);
	ui_dump_poll(ui);
	canvas_clear(canvas);
	ui->screen->draw(ui, state_of(ui, ui->screen), canvas);
	if (ui->dialog.open) {
		canvas_forget_zones(canvas); /* of what it covers */
		dialog_draw(ui, canvas);
	}
	ui->zones = *canvas_zones(canvas);
	if (ui->dialog.open)
		return;
	if (ui->message[0] != '\0' && ui->message_frames-- > 0)
		canvas_field(canvas, canvas_rows(canvas) - 1, 0, canvas_columns(canvas),
			     ui->message_is_error ? COLOUR_BAD : COLOUR_BANNER, ui->message);
	else
		ui->message[0] = '\0';
}

void ui_show(struct ui *ui, const struct screen *screen)
{
	if (screen == ui->screen)
		return;
	if (ui->screen->tab || ui->screen->of_run)
		ui->back = ui->screen;
	/* Help and settings open from anywhere and lead back there, also one from the other. */
	if ((ui->screen == &screen_setup || ui->screen == &screen_runs ||
	     ui->screen == &screen_demos) &&
	    (screen == &screen_help || screen == &screen_settings))
		ui->back = ui->screen;
	ui->screen = screen;
}

void ui_go_back(struct ui *ui)
{
	const struct screen *screen = ui->back;

	if (ui->screen->tab)
		screen = &screen_workers;
	if (!ui->model->valid && screen->tab)
		screen = ui->services != NULL ? &screen_setup
			 : ui->demos != NULL  ? &screen_demos
					      : &screen_runs;
	ui->screen = screen;
}

unsigned ui_scopes(const struct ui *ui)
{
	unsigned scopes = SCOPE_ANYWHERE | ui->screen->scope;

	if (!ui->screen->tab && !ui->screen->of_run)
		return scopes | SCOPE_LIST_ENDS;
	if (ui->model->replay != NULL)
		return scopes | SCOPE_REPLAY;
	return scopes | SCOPE_LIVE | SCOPE_LIST_ENDS |
	       (ui->screen == &screen_workers ? SCOPE_TAGS : 0);
}

void ui_say(struct ui *ui, bool error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(ui->message, sizeof(ui->message), format, arguments);
	va_end(arguments);
	ui->message_is_error = error;
	ui->message_frames = MESSAGE_FRAMES;
}

bool ui_can_command(struct ui *ui)
{
	if (ui->model->replay != NULL)
		ui_say(ui, true, "this is a saved run: nothing can be changed in it");
	else if (!ui->model->valid)
		ui_say(ui, true, "no run goes on");
	else if (model_ended(ui->model))
		ui_say(ui, true, "the run has ended");
	else
		return true;
	return false;
}

bool ui_send(struct ui *ui, const char *message, const char *done)
{
	struct err err;

	if (!ui_can_command(ui))
		return false;
	err_clear(&err);
	if (ui->send(ui, message, &err) != 0) {
		ui_say(ui, true, "%s: %s", message, err.text);
		return false;
	}
	ui_say(ui, false, "%s", done);
	return true;
}

static void next_tab(struct ui *ui, int step)
{
	size_t index = screens_index(ui->screen);

	if (!ui->screen->tab)
		return;
	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		index = (index + (step > 0 ? 1 : SCREEN_COUNT - 1)) % SCREEN_COUNT;
		const struct screen *screen = screens_at(index);
		if (screen->tab && (screen->available == NULL || screen->available(ui))) {
			ui_show(ui, screen);
			return;
		}
	}
}

static void pause_or_resume(struct ui *ui)
{
	bool paused = ui->model->live->status.state == RUN_PAUSED;

	ui_send(ui, paused ? "resume" : "pause",
		paused ? "the pipeline goes on" : "the pipeline pauses at the next stage borders");
}

static void show_setup(struct ui *ui)
{
	bool starts = ui->services != NULL && ui->services->fields != NULL;
	bool goes_on = ui->own_run && !model_ended(ui->model);

	/* Where no run can be set up now, the screens still can. */
	ui_show(ui, starts && !goes_on && ui->screen != &screen_setup ? &screen_setup
								      : &screen_settings);
}

void ui_command(struct ui *ui, enum command command)
{
	switch (command) {
	case COMMAND_HELP:
		ui_show(ui, &screen_help);
		break;
	case COMMAND_SETUP:
		show_setup(ui);
		break;
	case COMMAND_SETTINGS:
		ui_show(ui, &screen_settings);
		break;
	case COMMAND_GRAPH:
		ui_show(ui, &screen_graph);
		break;
	case COMMAND_QUIT:
		ui_ask_quit(ui);
		break;
	case COMMAND_REDRAW:
		ui->request = UI_REDRAW;
		break;
	case COMMAND_BACK:
		ui_go_back(ui);
		break;
	case COMMAND_NEXT_TAB:
	case COMMAND_PREVIOUS_TAB:
		next_tab(ui, command == COMMAND_NEXT_TAB ? 1 : -1);
		break;
	case COMMAND_PAUSE:
		pause_or_resume(ui);
		break;
	case COMMAND_DUMP:
		ui_dump(ui);
		break;
	case COMMAND_TRACE:
		ui_trace(ui);
		break;
	case COMMAND_FREEZE:
		model_freeze(ui->model, !ui->model->frozen);
		break;
	case COMMAND_PLAY:
		model_play(ui->model, !ui->model->playing);
		break;
	case COMMAND_STEP_BACK:
	case COMMAND_STEP_FORWARD:
		model_seek(ui->model, command == COMMAND_STEP_BACK ? -1000000000 : 1000000000);
		break;
	case COMMAND_REPLAY_START:
		model_seek(ui->model, INT64_MIN / 2);
		break;
	case COMMAND_REPLAY_END:
		model_seek(ui->model, INT64_MAX / 2);
		break;
	case COMMAND_SLOWER:
	case COMMAND_FASTER:
		model_change_speed(ui->model, command == COMMAND_FASTER ? 1 : -1);
		break;
	case COMMAND_FRAME_BACK:
	case COMMAND_FRAME_FORWARD:
		model_step(ui->model, command == COMMAND_FRAME_FORWARD ? 1 : -1);
		break;
	default:
		break;
	}
}

void ui_key(struct ui *ui, int key)
{
	void *state = state_of(ui, ui->screen);
	enum command command;

	ui->message[0] = '\0';
	if (key == '\r')
		key = KEYS_ENTER;
	if (key == '\b')
		key = KEYS_BACKSPACE;
	if (ui->dialog.open) {
		dialog_key(ui, key);
		return;
	}
	if (ui->screen->key != NULL && ui->screen->key(ui, state, key))
		return;
	command = keys_command(key, ui_scopes(ui));
	if (command == COMMAND_NONE)
		return;
	if (ui->screen->command == NULL || !ui->screen->command(ui, state, command))
		ui_command(ui, command);
}
