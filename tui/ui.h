/*
 * ui.h - the interactive program without its terminal: screens, keys in, canvas out (floor: tui).
 *
 * app.c owns one of these and lends it a terminal; tests own one and lend it nothing. Nothing in
 * here waits, and nothing but ui_send and the services reaches outside the process.
 */
#ifndef IMGTOP_TUI_UI_H
#define IMGTOP_TUI_UI_H

#include "tui/canvas.h"
#include "tui/compare.h"
#include "tui/dumping.h"
#include "tui/glyphs.h"
#include "tui/keys.h"
#include "tui/model.h"
#include "tui/screens.h"
#include "tui/services.h"
#include "tui/settings.h"
#include "tui/tags.h"

/* What only the owner of the terminal can do; it does it after the key and clears it. */
enum ui_request {
	UI_NOTHING,
	UI_START,   /* start a run of the form's values */
	UI_QUIT,    /* leave now */
	UI_LET_GO,  /* let the run go on without us, and leave */
	UI_CANCEL,  /* drain, leave when the run has ended */
	UI_REDRAW,  /* draw every cell again */
	UI_WATCH,   /* look at the run of picked_page */
	UI_MEASURE, /* measure a sample of the form's input */
	UI_RESTYLE, /* the settings have changed: colours, glyphs, mouse, refresh */
};

/* A worker as it was when an action was begun: the action is for this incarnation only. */
struct ui_target {
	unsigned worker;
	unsigned incarnation;
	char name[PAGE_NAME_BYTES];
};

enum { DIALOG_ITEMS = 24 };

/* A list of choices in a box; closes when one is taken or by Esc. */
struct dialog {
	bool open;
	char title[96];
	char text[512];
	int chosen;
	int count;
	struct {
		int key;
		int action;
		char label[96];
	} item[DIALOG_ITEMS];
	void (*choose)(struct ui *ui, int action);
	struct ui_target target;
	struct tags tags; /* or these, each in the incarnation it was tagged in */
};

/* The stacks that were asked for last, and whose they are. */
struct ui_stacks {
	struct stack_job *job; /* NULL: none were */
	unsigned worker;
	unsigned incarnation;
	uint64_t identity; /* of the run's page */
};

struct ui {
	const struct ui_services *services; /* NULL: nothing can be started here */
	const struct ui_services *writers;  /* for what is written of any run; may be NULL */
	struct ui_demos *demos;		    /* for the menu of them, or NULL; the caller's */
	struct model *model;
	const struct glyphs *glyphs;
	const struct screen *screen;
	const struct screen *back; /* where Esc leads from help and setup */
	void *state[SCREEN_COUNT];
	struct dialog dialog;
	char message[256];	 /* answer to the last command; the next key clears it */
	unsigned message_frames; /* drawn so often more, while the picture moves */
	bool message_is_error;
	bool own_run;  /* a run that we started goes on: quitting asks */
	bool draining; /* an interrupt was forwarded */
	bool leave_at_end;
	bool advice_is_new; /* the form's preview must be asked again */
	enum ui_request request;
	struct settings chosen;		   /* by the user; what the file keeps */
	struct settings_override override; /* for this session */
	struct settings settings;	   /* in force */
	const char *report_dir;		   /* of a replay; NULL: the run says */
	char *settings_path;		   /* NULL: changes are not kept */
	bool settings_broken;		   /* the file could not be understood */
	char *picked_page;		   /* owned; what UI_WATCH is about */
	struct compare before;		   /* the last run that ended here */
	struct zones zones;		   /* of the picture that was drawn last */
	struct ui_stacks stacks;
	struct dumping dumping;

	/* Sends a control message to the run that is shown. */
	int (*send)(struct ui *ui, const char *message, struct err *err);
};

/* All screens in their first state, none shown yet. */
void ui_init(struct ui *ui, const struct ui_services *services, bool ascii);
void ui_release(struct ui *ui);

void ui_draw(struct ui *ui, struct canvas *canvas);
void ui_key(struct ui *ui, int key);

enum ui_mouse { UI_CLICK, UI_WHEEL_UP, UI_WHEEL_DOWN };

/* ui_mouse.c: a button or the wheel, at a place of the picture that was drawn last. */
void ui_mouse(struct ui *ui, enum ui_mouse what, int row, int column);

/* ui_settings.c: read the settings from this file (NULL: keep none) and say what is wrong with it.
 */
void ui_open_settings(struct ui *ui, const char *path, const struct settings_override *override);

/* What was chosen has changed: apply it, and keep it. */
void ui_apply_settings(struct ui *ui);

/* Change to a screen; `ui_go_back` returns to the one before. */
void ui_show(struct ui *ui, const struct screen *screen);
void ui_go_back(struct ui *ui);

/* Say something on the bottom line until the next key. */
void ui_say(struct ui *ui, bool error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Send a command to the run and say what came of it: `done` when it was accepted. */
bool ui_send(struct ui *ui, const char *message, const char *done);

/* ui_dump.c: begin to write down what is known of the live run that is shown; ui_dump_poll goes on
 * with it, and says where it is. */
void ui_dump(struct ui *ui);
void ui_dump_poll(struct ui *ui);
/* The same for its trace, at once. */
void ui_trace(struct ui *ui);

/* Scopes that are active now. */
unsigned ui_scopes(const struct ui *ui);

/* Do what a command means on every screen. */
void ui_command(struct ui *ui, enum command command);

/* Is a run shown that takes commands? Says why when there is none. */
bool ui_can_command(struct ui *ui);

/* dialog.c */
void dialog_begin(struct ui *ui, const char *title, const char *text,
		  void (*choose)(struct ui *ui, int action));
void dialog_add(struct ui *ui, int key, int action, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void dialog_draw(const struct ui *ui, struct canvas *canvas);
void dialog_key(struct ui *ui, int key);
void dialog_take(struct ui *ui, int index);

/* ui_quit.c: leave, or ask first. */
void ui_ask_quit(struct ui *ui);

#endif
