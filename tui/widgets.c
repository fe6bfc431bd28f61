/*
 * widgets.c - bars, gauges, lines and columns that give way by rank (floor: tui). One thread.
 */
#include "config.h"

#include "tui/widgets.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/keys.h"

void widget_bar(struct canvas *canvas, int row, int column, int width, double share,
		const char *glyph)
{
	int inside = width - 2;

	if (inside < 1)
		return;
	int full = (int)(share * inside + 0.5);
	if (share > 0 && full == 0)
		full = 1;
	canvas_text(canvas, row, column, COLOUR_PLAIN, "[");
	for (int i = 0; i < inside; i++)
		canvas_text(canvas, row, column + 1 + i, COLOUR_BAR, i < full ? glyph : " ");
	canvas_text(canvas, row, column + 1 + inside, COLOUR_PLAIN, "]");
}

int widget_gauge(struct canvas *canvas, struct widget_area area, uint64_t full, uint64_t capacity,
		 const struct glyphs *glyphs)
{
	uint64_t cells = capacity < (uint64_t)area.width ? capacity : (uint64_t)area.width;
	uint64_t taken = full;
	int column;

	if (full > capacity)
		taken = capacity; /* a queue that was shrunk drains at its leisure */
	if (capacity > cells)
		taken = (taken * cells + capacity / 2) / capacity;
	/* Scaled down, neither one item nor one free place may vanish. */
	if (full > 0 && taken == 0 && cells > 0)
		taken = 1;
	if (full < capacity && taken == cells && cells > 1)
		taken = cells - 1;
	column = canvas_text(canvas, area.row, area.column, COLOUR_PLAIN, "[");
	for (uint64_t i = 0; i < cells; i++) {
		column = canvas_text(canvas, area.row, column,
				     full >= capacity ? COLOUR_WARN : COLOUR_BAR,
				     i < taken ? glyphs->gauge_full : glyphs->gauge_empty);
	}
	return canvas_text(canvas, area.row, column, COLOUR_PLAIN, "]");
}

void widget_add(struct widget_pieces *pieces, enum colour colour, int rank, const char *format, ...)
{
	va_list arguments;

	if (pieces->count == WIDGET_PIECES)
		return;
	struct widget_piece *piece = &pieces->piece[pieces->count++];
	piece->colour = colour;
	piece->rank = rank;
	va_start(arguments, format);
	(void)vsnprintf(piece->text, sizeof(piece->text), format, arguments);
	va_end(arguments);
}

/* Lowest rank that does not fit any more, so that all above it are left out. */
static int rank_that_fits(const struct widget_pieces *pieces, int width, int gap)
{
	for (int limit = 100; limit > 0; limit--) {
		int total = 0;

		for (size_t i = 0; i < pieces->count; i++) {
			const struct widget_piece *piece = &pieces->piece[i];

			if (piece->rank <= limit && piece->text[0] != '\0')
				total += text_width(piece->text) + (total > 0 ? gap : 0);
		}
		if (total <= width)
			return limit;
	}
	return 1;
}

int widget_pieces(struct canvas *canvas, struct widget_area area,
		  const struct widget_pieces *pieces, int gap)
{
	int limit = rank_that_fits(pieces, area.width, gap);
	int column = area.column;

	/* Better closer together than left out. */
	if (rank_that_fits(pieces, area.width, 1) > limit) {
		gap = 1;
		limit = rank_that_fits(pieces, area.width, gap);
	}

	for (size_t i = 0; i < pieces->count; i++) {
		const struct widget_piece *piece = &pieces->piece[i];

		if (piece->rank > limit || piece->text[0] == '\0')
			continue;
		if (column > area.column)
			column += gap;
		int left = area.column + area.width - column;
		int wanted = text_width(piece->text);
		if (left <= 0)
			break;
		canvas_field(canvas, area.row, column, wanted < left ? wanted : left, piece->colour,
			     piece->text);
		column += wanted < left ? wanted : left;
	}
	return column;
}

static int columns_total(const struct widget_column *columns, size_t count, int limit)
{
	int total = 0;

	for (size_t i = 0; i < count; i++) {
		if (columns[i].rank <= limit)
			total += columns[i].minimum + (total > 0 ? 1 : 0);
	}
	return total;
}

int widget_columns(const struct widget_column *columns, size_t count, int width, int *widths)
{
	int limit = 100;
	int shown = 0;
	bool grew = true;

	while (limit > 1 && columns_total(columns, count, limit) > width)
		limit--;
	int spare = width - columns_total(columns, count, limit);
	for (size_t i = 0; i < count; i++) {
		widths[i] = columns[i].rank <= limit ? columns[i].minimum : 0;
		shown += widths[i] > 0;
	}
	if (spare < 0 && shown > 0) { /* not even the last one fits whole */
		for (size_t i = 0; i < count; i++) {
			if (widths[i] > 0)
				widths[i] = widths[i] + spare > 1 ? widths[i] + spare : 1;
		}
		return shown;
	}
	while (spare > 0 && grew) { /* one column each in turn, so that neighbours grow alike */
		grew = false;
		for (size_t i = 0; i < count && spare > 0; i++) {
			bool may_grow = columns[i].maximum == 0 || widths[i] < columns[i].maximum;
			if (widths[i] > 0 && may_grow) {
				widths[i]++;
				spare--;
				grew = true;
			}
		}
	}
	return shown;
}

void widget_key_bar(struct canvas *canvas, struct widget_area area, unsigned scopes)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);
	const int row = area.row, width = area.column + area.width;
	int column = area.column;

	for (size_t i = 0; i < count; i++) {
		char name[16];
		int wanted;

		if (bindings[i].label == NULL ||
		    (bindings[i].scopes & (scopes | SCOPE_ANYWHERE)) == 0)
			continue;
		keys_name(bindings[i].key[0], name, sizeof(name));
		wanted = (int)strlen(name) + (int)strlen(bindings[i].label);
		bool last = bindings[i].command == COMMAND_QUIT;
		/* Quit is shown whatever else has to go. */
		if (column + wanted + (last ? 0 : 8) > width && !(last && column + wanted <= width))
			continue;
		canvas_zone(canvas, (struct zone){.kind = ZONE_KEY,
						  .value = bindings[i].key[0],
						  .row = row,
						  .column = column,
						  .width = wanted});
		column = canvas_text(canvas, row, column, COLOUR_KEY, name);
		column = canvas_text(canvas, row, column, COLOUR_KEY_LABEL, bindings[i].label);
		if (column + 1 < width)
			column = canvas_text(canvas, row, column, COLOUR_KEY_LABEL, " ");
	}
	canvas_blank(canvas, row, column, 1, width - column, COLOUR_KEY_LABEL);
}

void widget_box(struct canvas *canvas, struct widget_area area, const char *title,
		const struct glyphs *glyphs)
{
	const int row = area.row, column = area.column, rows = area.rows, width = area.width;

	canvas_blank(canvas, row, column, rows, width, COLOUR_DIALOG);
	for (int i = 1; i < width - 1; i++) {
		canvas_text(canvas, row, column + i, COLOUR_DIALOG, glyphs->horizontal);
		canvas_text(canvas, row + rows - 1, column + i, COLOUR_DIALOG, glyphs->horizontal);
	}
	for (int i = 1; i < rows - 1; i++) {
		canvas_text(canvas, row + i, column, COLOUR_DIALOG, glyphs->vertical);
		canvas_text(canvas, row + i, column + width - 1, COLOUR_DIALOG, glyphs->vertical);
	}
	for (int i = 0; i < 4; i++) {
		canvas_text(canvas, row + (i / 2) * (rows - 1), column + (i % 2) * (width - 1),
			    COLOUR_DIALOG, glyphs->corner[i]);
	}
	if (width > 6) {
		int room = width - 6 < text_width(title) ? width - 6 : text_width(title);
		canvas_text(canvas, row, column + 2, COLOUR_DIALOG, " ");
		canvas_field(canvas, row, column + 3, room, COLOUR_DIALOG, title);
		canvas_text(canvas, row, column + 3 + room, COLOUR_DIALOG, " ");
	}
}

size_t widget_line_length(const char *text, int width)
{
	size_t length = width > 0 ? strlen(text) : 0;
	size_t at = 0, blank = 0;
	char piece[8];

	while (at < length && text[at] != '\n') {
		size_t next = at + 1;
		while (next < length && ((unsigned char)text[next] & 0xC0) == 0x80 && next - at < 4)
			next++;
		memcpy(piece, text + at, next - at);
		piece[next - at] = '\0';
		width -= text_width(piece);
		if (width < 0)
			return blank > 0 ? blank : at > 0 ? at : next;
		at = next;
		if (text[at - 1] == ' ')
			blank = at;
	}
	return at;
}

int widget_wrap_lines(int rows, int width, const char *text)
{
	int lines = 0;

	if (width < 1)
		return 0;
	for (; *text != '\0' && lines < rows; lines++) {
		text += widget_line_length(text, width);
		if (*text == '\n')
			text++;
	}
	return lines;
}

int widget_wrap(struct canvas *canvas, struct widget_area area, enum colour colour,
		const char *text)
{
	int lines = 0;

	if (area.width < 1)
		return 0;
	for (; *text != '\0' && lines < area.rows; lines++) {
		size_t length = widget_line_length(text, area.width);
		char line[512];

		if (lines + 1 == area.rows && text[length] != '\0') {
			/* the last line shows that there is more */
			canvas_field(canvas, area.row + lines, area.column, area.width, colour,
				     text);
			return area.rows;
		}
		(void)snprintf(line, sizeof(line), "%.*s",
			       length < sizeof(line) ? (int)length : (int)sizeof(line) - 1, text);
		canvas_text(canvas, area.row + lines, area.column, colour, line);
		text += length;
		if (*text == '\n')
			text++;
	}
	return lines;
}
