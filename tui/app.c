/*
 * app.c - the interactive program: one loop over keys, signals, the clock and the end of the run
 * (floor: tui). One thread. How it is begun and left: app_ways.c; the runs it starts: app_runs.c.
 *
 * The loop sleeps in ppoll until something happens. While a run goes on it wakes ten times a second
 * to look at the page; nothing is drawn more often than that unasked, and nothing when the picture
 * is the same. What the user does is answered at once, whatever the refresh rate: a key that waits
 * for the next tenth of a second feels broken. Signals arrive as bytes in a pipe. The run belongs
 * to the supervisor: losing it, its page or the terminal ends the show and never more than that.
 */
#include "config.h"

#include "tui/app_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "tui/signals.h"

/* Least time between an answer and the picture before it: a key that repeats by itself, or a window
 * that is dragged, must not keep a core busy. Two of these are below what the eye notices. */
enum { ANSWER_MS = 20 };

/* When the next picture is due: an answer soon, what moves by itself at the refresh rate. */
static uint64_t due_ns(const struct app *app)
{
	uint64_t after_ms = app->dirty ? ANSWER_MS : app->ui.settings.refresh_ms;

	return app->drawn_ns + after_ms * CLOCK_MS_NS;
}

static void measure_self(struct app *app, uint64_t now_ns)
{
	struct timespec spec;

	if (now_ns - app->cpu_at_ns < CLOCK_SECOND_NS)
		return;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spec);
	uint64_t cpu_ns = (uint64_t)spec.tv_sec * CLOCK_SECOND_NS + (uint64_t)spec.tv_nsec;
	if (app->cpu_at_ns != 0)
		app->ui.model->self_percent =
			100.0 * (double)(cpu_ns - app->cpu_ns) / (double)(now_ns - app->cpu_at_ns);
	app->cpu_ns = cpu_ns;
	app->cpu_at_ns = now_ns;
}

void app_draw(struct app *app)
{
	int rows, columns;

	app->dirty = false;
	if (app->hung_up)
		return;
	terminal_size(app->terminal, &rows, &columns);
	if (rows != canvas_rows(app->canvas) || columns != canvas_columns(app->canvas)) {
		canvas_resize(app->canvas, rows, columns);
		app->whole = true;
	}
	ui_draw(&app->ui, app->canvas);
	if (!app->whole && canvas_equal(app->canvas, app->shown))
		return;
	terminal_show(app->terminal, app->canvas, app->whole ? NULL : app->shown);
	app->whole = false;
	struct canvas *canvas = app->shown;
	app->shown = app->canvas;
	app->canvas = canvas;
	if (canvas_rows(canvas) != rows || canvas_columns(canvas) != columns)
		canvas_resize(canvas, rows, columns);
}

/* Look at the page (or play on), then draw. */
static void frame(struct app *app, uint64_t now_ns)
{
	struct model *model = app->ui.model;

	measure_self(app, now_ns);
	model_update(model, now_ns);
	app_draw(app);
	app->drawn_ns = now_ns;
}

/* Does the picture change by itself? */
static bool is_moving(const struct app *app)
{
	const struct model *model = app->ui.model;

	if (model->replay != NULL)
		return model->playing && model->position_ns < model->last_ns;
	if (app->ui.screen == &screen_runs)
		return true; /* the list is of things that move */
	return model->page != NULL && (app->running || !model_ended(model));
}

void app_restyle(struct app *app)
{
	const struct settings *settings = &app->ui.settings;
	bool ascii = settings->glyphs == SETTINGS_GLYPHS_ASCII;

	terminal_style(app->terminal, settings->scheme, settings->mouse);
	canvas_set_ascii(app->canvas, ascii);
	canvas_set_ascii(app->shown, ascii);
	app->whole = true;
}

static void serve_request(struct app *app)
{
	enum ui_request request = app->ui.request;

	app->ui.request = UI_NOTHING;
	switch (request) {
	case UI_START:
		app_start_from_screen(app);
		break;
	case UI_QUIT:
		/* It may have done its work and still be saving the report. */
		app->ui.leave_at_end = true;
		app->quit = !app->running;
		break;
	case UI_LET_GO:
		if (app->running)
			app_let_go(app);
		break;
	case UI_CANCEL:
		app->ui.draining = true;
		app->ui.leave_at_end = true;
		if (app->running)
			app->ui.services->signal(app->ui.services->context, &app->run,
						 UI_INTERRUPT);
		break;
	case UI_REDRAW:
		app->whole = true;
		break;
	case UI_RESTYLE:
		app_restyle(app);
		break;
	case UI_WATCH:
		app_watch_picked(app);
		break;
	case UI_MEASURE:
		app_measure(app);
		break;
	default:
		break;
	}
}

static void hang_up(struct app *app)
{
	app->hung_up = true;
	if (app->running)
		app->ui.services->signal(app->ui.services->context, &app->run, UI_HANGUP);
	else
		app->quit = true;
	app->status = 128 + SIGHUP;
}

static void take_keys(struct app *app)
{
	static const enum ui_mouse meaning[] = {
		[TERMINAL_CLICK] = UI_CLICK,
		[TERMINAL_WHEEL_UP] = UI_WHEEL_UP,
		[TERMINAL_WHEEL_DOWN] = UI_WHEEL_DOWN,
	};
	int key;

	while (!app->quit && !app->hung_up && (key = terminal_key(app->terminal)) != KEYS_NONE) {
		if (key == TERMINAL_GONE) {
			hang_up(app);
			return;
		}
		if (key == KEYS_MOUSE) {
			struct terminal_mouse mouse = terminal_mouse(app->terminal);
			ui_mouse(&app->ui, meaning[mouse.button], mouse.row, mouse.column);
		} else {
			ui_key(&app->ui, key);
		}
		app->dirty = true;
		serve_request(app);
	}
}

/* Without a run of ours the signal ends us; with one it is the run that must end first. */
static void stop_by(struct app *app, int number, enum ui_signal signal)
{
	if (!app->running) {
		bool over = app->ui.model->valid && !app->watching && app->ui.model->replay == NULL;
		if (!over || number != SIGINT)
			app->status = 128 + number;
		app->quit = true;
		return;
	}
	app->ui.draining = true;
	app->dirty = true;
	app->ui.services->signal(app->ui.services->context, &app->run, signal);
}

static void take_signals(struct app *app)
{
	int number;

	while ((number = signals_next(app->signals_fd)) != 0) {
		switch (number) {
		case SIGINT:
			stop_by(app, number, UI_INTERRUPT);
			break;
		case SIGTERM:
			stop_by(app, number, UI_TERMINATE);
			break;
		case SIGHUP:
			hang_up(app);
			break;
		case SIGUSR1:
			ui_dump(&app->ui);
			break;
		case SIGWINCH:
			terminal_resized(app->terminal);
			app->whole = true;
			break;
		case SIGTSTP:
			terminal_suspend(app->terminal);
			signals_stop();
			terminal_resume(app->terminal);
			app->whole = true;
			break;
		case SIGCONT:
			terminal_resume(app->terminal);
			app->whole = true;
			break;
		default:
			break;
		}
		app->dirty = true;
	}
}

/* Until when to sleep: the next frame when something moves or waits to be drawn, else for ever. */
static const struct timespec *time_left(const struct app *app, struct timespec *left)
{
	uint64_t now_ns = clock_ns();

	if (!is_moving(app) && !app->dirty)
		return NULL;
	uint64_t ns = due_ns(app) > now_ns ? due_ns(app) - now_ns : 0;
	*left = (struct timespec){.tv_sec = (time_t)(ns / CLOCK_SECOND_NS),
				  .tv_nsec = (long)(ns % CLOCK_SECOND_NS)};
	return left;
}

void app_loop(struct app *app)
{
	while (!app->quit) {
		struct pollfd fds[4] = {
			{.fd = app->signals_fd, .events = POLLIN},
			{.fd = app->hung_up ? -1 : app->settings->keys_fd, .events = POLLIN},
			{.fd = -1, .events = POLLIN},
			{.fd = app_measure_fd(app), .events = POLLIN},
		};
		struct timespec left;

		if (app->running)
			fds[2].fd = app->ui.services->end_fd(app->ui.services->context, &app->run);
		if (ppoll(fds, 4, time_left(app, &left), NULL) < 0 && errno != EINTR)
			break;
		if (fds[0].revents != 0)
			take_signals(app);
		if (fds[1].revents != 0)
			take_keys(app);
		if (fds[2].revents != 0 && app->running)
			app_end_run(app);
		if (fds[3].revents != 0)
			app_measured(app);
		uint64_t now_ns = clock_ns();
		if (!app->quit && (app->dirty || is_moving(app)) && now_ns >= due_ns(app))
			frame(app, now_ns);
		if (app->watching && model_ended(app->ui.model) && !app->ui.model->lost) {
			app->status = (int)app->ui.model->live->status.exit_code;
			app->quit = true;
		}
	}
}
