/*
 * ui_settings.c - taking settings into use (floor: tui). One thread.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/ui.h"

static void put_in_force(struct ui *ui)
{
	ui->settings = settings_effective(&ui->chosen, &ui->override);
	ui->glyphs = glyphs_get(ui->settings.glyphs == SETTINGS_GLYPHS_ASCII);
	ui->request = UI_RESTYLE;
}

void ui_open_settings(struct ui *ui, const char *path, const struct settings_override *override)
{
	struct err err;

	free(ui->settings_path);
	ui->settings_path = path != NULL ? mem_strdup(path) : NULL;
	ui->override = *override;
	ui->settings_broken = false;
	err_clear(&err);
	if (path == NULL) {
		settings_defaults(&ui->chosen);
	} else if (settings_load(path, &ui->chosen, &err) != 0) {
		ui_say(ui, true, "%s", err.text);
		ui->settings_broken = true;
	}
	put_in_force(ui);
}

/* Somebody wrote the file by hand and made a mistake: the work is theirs, so it is set aside. */
static void set_aside(struct ui *ui)
{
	struct textbuf aside;

	textbuf_init(&aside);
	textbuf_printf(&aside, "%s.broken", ui->settings_path);
	if (rename(ui->settings_path, aside.text) == 0)
		ui_say(ui, false, "the file that could not be read is now %s", aside.text);
	textbuf_free(&aside);
	ui->settings_broken = false;
}

void ui_apply_settings(struct ui *ui)
{
	struct err err;

	put_in_force(ui);
	if (ui->settings_path == NULL)
		return;
	if (ui->settings_broken)
		set_aside(ui);
	err_clear(&err);
	if (settings_save(ui->settings_path, &ui->chosen, &err) != 0)
		ui_say(ui, true, "not kept: %s", err.text);
}
