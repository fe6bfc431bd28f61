/*
 * ui_mouse.c - what a click and the wheel do (floor: tui). One thread.
 *
 * What lies where is told by the zones of the picture that was drawn last (zones.h); a click is for
 * the dialog while one is open, else for what surrounds every screen, else for the screen.
 */
#include "config.h"

#include "tui/ui.h"

enum { WHEEL_STEPS = 3 };

/* Lists scroll by more than a line; choices and forms do not. */
static void turn_wheel(struct ui *ui, int key)
{
	bool list = !ui->dialog.open &&
		    (ui->screen->tab || ui->screen->of_run || ui->screen == &screen_help);

	for (int i = 0; i < (list ? WHEEL_STEPS : 1); i++)
		ui_key(ui, key);
}

static void click(struct ui *ui, const struct zone *zone, int column)
{
	switch (zone->kind) {
	case ZONE_ITEM:
		dialog_take(ui, zone->value);
		break;
	case ZONE_KEY:
		ui_key(ui, zone->value);
		break;
	case ZONE_TAB:
		ui_show(ui, screens_at((size_t)zone->value));
		break;
	default:
		if (ui->screen->click != NULL)
			ui->screen->click(ui, ui->state[screens_index(ui->screen)], zone, column);
		break;
	}
}

void ui_mouse(struct ui *ui, enum ui_mouse what, int row, int column)
{
	const struct zone *found = zones_at(&ui->zones, row, column);

	ui->message[0] = '\0';
	if (what != UI_CLICK) {
		turn_wheel(ui, what == UI_WHEEL_UP ? KEYS_UP : KEYS_DOWN);
	} else if (found != NULL) {
		struct zone zone = *found; /* what it does may change the list */
		click(ui, &zone, column);
	}
}
