/*
 * canvas.c - the grid of characters (floor: tui). One thread.
 */
#include "config.h"

#include "tui/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/text_utf8.h"

struct canvas {
	int rows;
	int columns;
	bool ascii;
	struct canvas_cell *cell;
	struct zones zones;
};

enum { LINE_BYTES = 2048 };

struct canvas *canvas_new(int rows, int columns, bool ascii)
{
	struct canvas *canvas = mem_calloc(1, sizeof(*canvas));

	canvas->ascii = ascii;
	canvas_resize(canvas, rows, columns);
	return canvas;
}

void canvas_free(struct canvas *canvas)
{
	if (canvas == NULL)
		return;
	free(canvas->cell);
	free(canvas);
}

void canvas_set_ascii(struct canvas *canvas, bool ascii)
{
	canvas->ascii = ascii;
}

void canvas_resize(struct canvas *canvas, int rows, int columns)
{
	canvas->rows = rows < 1 ? 1 : rows;
	canvas->columns = columns < 1 ? 1 : columns;
	free(canvas->cell);
	canvas->cell =
		mem_calloc((size_t)canvas->rows * (size_t)canvas->columns, sizeof(*canvas->cell));
	canvas_clear(canvas);
}

static struct canvas_cell *cell_at(const struct canvas *canvas, int row, int column)
{
	if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
		return NULL;
	return &canvas->cell[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

void canvas_clear(struct canvas *canvas)
{
	canvas_blank(canvas, 0, 0, canvas->rows, canvas->columns, COLOUR_PLAIN);
	canvas_forget_zones(canvas);
}

void canvas_zone(struct canvas *canvas, struct zone zone)
{
	zones_add(&canvas->zones, &zone);
}

const struct zones *canvas_zones(const struct canvas *canvas)
{
	return &canvas->zones;
}

void canvas_forget_zones(struct canvas *canvas)
{
	canvas->zones.count = 0;
}

int canvas_rows(const struct canvas *canvas)
{
	return canvas->rows;
}

int canvas_columns(const struct canvas *canvas)
{
	return canvas->columns;
}

const struct canvas_cell *canvas_cell(const struct canvas *canvas, int row, int column)
{
	return cell_at(canvas, row, column);
}

static void blank_cell(struct canvas_cell *cell, enum colour colour)
{
	*cell = (struct canvas_cell){.character = ' ', .columns = 1, .colour = (uint8_t)colour};
}

static uint32_t ascii_twin(uint32_t character)
{
	switch (character) {
	case 0x2026: /* ellipsis */
		return '~';
	case 0x2192: /* arrow */
		return '>';
	case 0xD7: /* multiplication sign */
		return 'x';
	case 0xF7: /* division sign */
		return '/';
	default:
		return '?';
	}
}

static void add_mark(struct canvas *canvas, int row, int column, uint32_t mark)
{
	struct canvas_cell *cell = cell_at(canvas, row, column);

	if (cell == NULL)
		return;
	for (int i = 0; i < CANVAS_MARKS; i++) {
		if (cell->mark[i] == 0) {
			cell->mark[i] = mark;
			return;
		}
	}
}

/* A wide character whose half is overwritten leaves a blank, not half a glyph. */
static void break_wide(struct canvas *canvas, int row, int column)
{
	struct canvas_cell *cell = cell_at(canvas, row, column);

	if (cell == NULL)
		return;
	if (cell->columns == 0) {
		struct canvas_cell *left = cell_at(canvas, row, column - 1);
		if (left != NULL)
			blank_cell(left, (enum colour)left->colour);
	}
	if (cell->columns == 2) {
		struct canvas_cell *right = cell_at(canvas, row, column + 1);
		if (right != NULL)
			blank_cell(right, (enum colour)right->colour);
	}
}

/* Returns the columns it took. */
static int put_character(struct canvas *canvas, int row, int column, enum colour colour,
			 uint32_t character)
{
	int columns;

	if (!text_utf8_harmless(character))
		character = '?';
	else if (canvas->ascii && character >= 0x80)
		character = ascii_twin(character);
	columns = character < 0x80 ? 1 : wcwidth((wchar_t)character);
	if (columns < 0)
		columns = 1;
	if (columns == 0) {
		if (column > 0)
			add_mark(canvas, row, column - 1, character);
		return 0;
	}
	struct canvas_cell *cell = cell_at(canvas, row, column);
	if (cell == NULL)
		return columns;
	break_wide(canvas, row, column);
	if (columns == 2 && cell_at(canvas, row, column + 1) == NULL) {
		blank_cell(cell, colour);
		return columns;
	}
	*cell = (struct canvas_cell){
		.character = character, .columns = (uint8_t)columns, .colour = (uint8_t)colour};
	if (columns == 2) {
		break_wide(canvas, row, column + 1);
		*cell_at(canvas, row, column + 1) = (struct canvas_cell){.colour = (uint8_t)colour};
	}
	return columns;
}

int canvas_text(struct canvas *canvas, int row, int column, enum colour colour, const char *text)
{
	size_t length = strlen(text);

	for (size_t at = 0; at < length;) {
		uint32_t character;

		at += text_utf8_decode(text + at, length - at, &character);
		column += put_character(canvas, row, column, colour, character);
	}
	return column;
}

int canvas_printf(struct canvas *canvas, int row, int column, enum colour colour,
		  const char *format, ...)
{
	char line[LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	return canvas_text(canvas, row, column, colour, line);
}

void canvas_field(struct canvas *canvas, int row, int column, int width, enum colour colour,
		  const char *text)
{
	char harmless[LINE_BYTES];
	char line[LINE_BYTES];

	if (width <= 0)
		return;
	text_sanitise(harmless, sizeof(harmless), text, strlen(text));
	text_clip(line, sizeof(line), harmless, width);
	canvas_text(canvas, row, column, colour, line);
}

void canvas_field_right(struct canvas *canvas, int row, int column, int width, enum colour colour,
			const char *text)
{
	int spare = width - text_width(text);

	if (width <= 0)
		return;
	if (spare <= 0) {
		canvas_field(canvas, row, column, width, colour, text);
		return;
	}
	canvas_blank(canvas, row, column, 1, spare, colour);
	canvas_text(canvas, row, column + spare, colour, text);
}

void canvas_paint(struct canvas *canvas, int row, int column, int width, enum colour colour)
{
	for (int i = 0; i < width; i++) {
		struct canvas_cell *cell = cell_at(canvas, row, column + i);
		if (cell != NULL)
			cell->colour = (uint8_t)colour;
	}
}

void canvas_blank(struct canvas *canvas, int row, int column, int rows, int width,
		  enum colour colour)
{
	for (int i = row; i < row + rows; i++) {
		break_wide(canvas, i, column);
		break_wide(canvas, i, column + width - 1);
		for (int j = column; j < column + width; j++) {
			struct canvas_cell *cell = cell_at(canvas, i, j);
			if (cell != NULL)
				blank_cell(cell, colour);
		}
	}
}

bool canvas_cell_equal(const struct canvas_cell *cell, const struct canvas_cell *other)
{
	return cell->character == other->character &&
	       memcmp(cell->mark, other->mark, sizeof cell->mark) == 0 &&
	       cell->columns == other->columns && cell->colour == other->colour;
}

bool canvas_equal(const struct canvas *canvas, const struct canvas *other)
{
	if (canvas->rows != other->rows || canvas->columns != other->columns)
		return false;
	for (int i = 0; i < canvas->rows * canvas->columns; i++) {
		if (!canvas_cell_equal(&canvas->cell[i], &other->cell[i]))
			return false;
	}
	return true;
}

static size_t encode(uint32_t character, char *bytes)
{
	if (character < 0x80) {
		bytes[0] = (char)character;
		return 1;
	}
	size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
	static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = length - 1; i > 0; i--) {
		bytes[i] = (char)(0x80 | (character & 0x3F));
		character >>= 6;
	}
	bytes[0] = (char)(lead[length] | character);
	return length;
}

size_t canvas_row_text(const struct canvas *canvas, int row, char *text, size_t size)
{
	size_t length = 0;
	size_t end = 0;

	for (int column = 0; column < canvas->columns; column++) {
		const struct canvas_cell *cell = cell_at(canvas, row, column);
		char bytes[4 * (1 + CANVAS_MARKS)];
		size_t used;

		if (cell == NULL || cell->columns == 0)
			continue;
		used = encode(cell->character, bytes);
		for (int i = 0; i < CANVAS_MARKS && cell->mark[i] != 0; i++)
			used += encode(cell->mark[i], bytes + used);
		if (length + used + 1 > size)
			break;
		memcpy(text + length, bytes, used);
		length += used;
		if (cell->character != ' ')
			end = length;
	}
	text[end] = '\0';
	return end;
}
