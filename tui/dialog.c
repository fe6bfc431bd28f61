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

enum { WIDEST = 66, TEXT_ROWS = 8, LEAST_CHOICES = 3, FRAMED_ROWS = 5, FRAMED_COLUMNS = 10 };

/* Where the choices of the dialog stand, after its frame and text are drawn. */
static struct widget_area draw_box(const struct ui *ui, struct canvas *canvas)
{
	const struct dialog *dialog = &ui->dialog;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	int width = columns < WIDEST ? columns : WIDEST;

	if (rows < FRAMED_ROWS || width < FRAMED_COLUMNS) /* the choices are what must stay */
		return (struct widget_area){0, 0, rows, columns};
	int most = rows - 2 - (dialog->count < LEAST_CHOICES ? dialog->count : LEAST_CHOICES);
	int lines = widget_wrap_lines(most < TEXT_ROWS ? most : TEXT_ROWS, width - 4, dialog->text);
	int gap = lines > 0 && lines + 1 + dialog->count + 2 <= rows ? 1 : 0;
	int height = lines + gap + dialog->count + 2;
	if (height > rows)
		height = rows;
	struct widget_area box = {(rows - height) / 2, (columns - width) / 2, height, width};
	widget_box(canvas, box, dialog->title, ui->glyphs);
	widget_wrap(canvas, (struct widget_area){box.row + 1, box.column + 2, lines, width - 4},
		    COLOUR_DIALOG, dialog->text);
	return (struct widget_area){box.row + 1 + lines + gap, box.column + 2,
				    height - 2 - lines - gap, width - 4};
}

void dialog_draw(const struct ui *ui, struct canvas *canvas)
{
	const struct dialog *dialog = &ui->dialog;
	struct widget_area area = draw_box(ui, canvas);
	int first = dialog->chosen >= area.rows ? dialog->chosen - area.rows + 1 : 0;

	for (int i = 0; i < area.rows && first + i < dialog->count; i++) {
		int item = first + i;
		char name[16], line[128];

		keys_name(dialog->item[item].key, name, sizeof(name));
		(void)snprintf(line, sizeof(line), "%s %-3s %s",
			       item == dialog->chosen ? ui->glyphs->cursor : " ", name,
			       dialog->item[item].label);
		canvas_field(canvas, area.row + i, area.column, area.width,
			     item == dialog->chosen ? COLOUR_SELECTED : COLOUR_DIALOG, line);
		canvas_zone(canvas, (struct zone){.kind = ZONE_ITEM,
						  .value = item,
						  .row = area.row + i,
						  .column = area.column,
						  .width = area.width});
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
