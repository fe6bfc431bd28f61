/*
 * glyphs.c - the two sets of drawing characters (floor: tui).
 */
#include "config.h"

#include "tui/glyphs.h"

static const struct glyphs glyphs_utf8 = {
	.bar = "|",
	.gauge_full = "█",
	.gauge_empty = "░",
	.branch = "├─",
	.last_branch = "└─",
	.open = "▾",
	.closed = "▸",
	.horizontal = "─",
	.vertical = "│",
	.corner = {"┌", "┐", "└", "┘"},
	.cursor = "▸",
	.bullet = "●",
	.because = "←─",
	.up = "△",
	.down = "▽",
	.spark = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
};

static const struct glyphs glyphs_ascii = {
	.bar = "|",
	.gauge_full = "#",
	.gauge_empty = ".",
	.branch = "|-",
	.last_branch = "`-",
	.open = "-",
	.closed = "+",
	.horizontal = "-",
	.vertical = "|",
	.corner = {"+", "+", "+", "+"},
	.cursor = ">",
	.bullet = "*",
	.because = "<-",
	.up = "^",
	.down = "v",
	.spark = {"_", ".", ":", "-", "=", "+", "*", "#"},
};

const struct glyphs *glyphs_get(bool ascii)
{
	return ascii ? &glyphs_ascii : &glyphs_utf8;
}
