/*
 * dialog.c - a box with choices over the screen (floor: tui). One thread.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/ui.h"
#include "tui/widgets.h"

void dialog_begin(struct ui *ui, const char *title, const char *text,
		  void (*choose)(struct ui *ui, int action))
{
	struct dialog *dialog = &ui->dialog;

	dialog->open = true;
	dialog->choose = choose;
	dialog->chosen = 0;
	dialog->count = 0;
	(void)snprintf(dialog->title, sizeof(dialog->title), "%s", title);
	(void)snprintf(dialog->text, sizeof(dialog->text), "%s", text);
}

void dialog_add(struct ui *ui, int key, int action, const char *format, ...)
{
	struct dialog *dialog = &ui->dialog;
	va_list arguments;

	if (dialog->count == DIALOG_ITEMS)
		return;
	dialog->item[dialog->count].key = key;
	dialog->item[dialog->count].action = action;
	va_start(arguments, format);
	(void)vsnprintf(dialog->item[dialog->count].label, sizeof(dialog->item[0].label), format,
			arguments);
	va_end(arguments);
	dialog->count++;
}

/* On a screen too small for the box the choices are what must stay. */
void dialog_draw(const struct ui *ui, struct canvas *canvas)
{
	const struct dialog *dialog = &ui->dialog;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	int width = columns < 66 ? columns : 66;
	int inside = width - 4;
	int lines = widget_wrap_lines(8, inside, dialog->text);
	int height = lines + dialog->count + 3;
	int top, row;

	if (height > rows) {
		lines = rows - dialog->count - 3 > 0 ? rows - dialog->count - 3 : 0;
		height = lines + dialog->count + 3 < rows ? lines + dialog->count + 3 : rows;
	}
	top = (rows - height) / 2;
	int left = (columns - width) / 2;
	bool framed = height >= dialog->count + 2 && width >= 10;
	if (framed)
		widget_box(canvas, (struct widget_area){top, left, height, width}, dialog->title,
			   ui->glyphs);
	row = top + (framed ? 1 : 0);
	if (framed) {
		widget_wrap(canvas, (struct widget_area){row, left + 2, lines, inside},
			    COLOUR_DIALOG, dialog->text);
		row += lines;
		row += height > lines + dialog->count + 2 ? 1 : 0;
	}
	int room = framed ? height - 2 : rows;
	int first = dialog->chosen >= room ? dialog->chosen - room + 1 : 0;
	for (int i = first; i < dialog->count && row < top + height - (framed ? 1 : 0);
	     i++, row++) {
		char name[16], line[128];
		enum colour colour = i == dialog->chosen ? COLOUR_SELECTED : COLOUR_DIALOG;

		keys_name(dialog->item[i].key, name, sizeof(name));
		(void)snprintf(line, sizeof(line), "%s %-3s %s",
			       i == dialog->chosen ? ui->glyphs->cursor : " ", name,
			       dialog->item[i].label);
		canvas_field(canvas, row, left + (framed ? 2 : 0), framed ? inside : columns,
			     colour, line);
		canvas_zone(canvas, (struct zone){.kind = ZONE_ITEM,
						  .value = i,
						  .row = row,
						  .column = left,
						  .width = width});
	}
}

void dialog_take(struct ui *ui, int index)
{
	void (*choose)(struct ui *, int) = ui->dialog.choose;

	if (index < 0 || index >= ui->dialog.count)
		return;
	ui->dialog.open = false; /* first: the choice may open the next one */
	choose(ui, ui->dialog.item[index].action);
}

void dialog_key(struct ui *ui, int key)
{
	struct dialog *dialog = &ui->dialog;

	for (int i = 0; i < dialog->count; i++) {
		if (dialog->item[i].key == key) {
			dialog_take(ui, i);
			return;
		}
	}
	switch (key) {
	case KEYS_UP:
		dialog->chosen = (dialog->chosen + dialog->count - 1) % dialog->count;
		break;
	case KEYS_DOWN:
	case KEYS_TAB:
		dialog->chosen = (dialog->chosen + 1) % dialog->count;
		break;
	case KEYS_ENTER:
		dialog_take(ui, dialog->chosen);
		break;
	case KEYS_ESCAPE:
	case 'q':
		dialog->open = false;
		break;
	default:
		break;
	}
}
