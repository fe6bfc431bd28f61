/*
 * svg.c - labels and lines.
 */
#include "config.h"

#include "report/svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void svg_text(struct textbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			textbuf_printf(out, "&lt;");
			break;
		case '>':
			textbuf_printf(out, "&gt;");
			break;
		case '&':
			textbuf_printf(out, "&amp;");
			break;
		default:
			textbuf_append(out, (unsigned char)*text < ' ' ? " " : text, 1);
		}
	}
}

void svg_label(struct textbuf *out, double x_px, double y_px, const char *anchor, const char *text)
{
	textbuf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x_px, y_px, anchor);
	svg_text(out, text);
	textbuf_printf(out, "</text>\n");
}

void svg_line(struct textbuf *out, const char *class, const double ends_px[4])
{
	textbuf_printf(out,
		       "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
		       class, ends_px[0], ends_px[1], ends_px[2], ends_px[3]);
}

int svg_paragraph(struct textbuf *out, double x_px, double y_px, double line_px, int columns,
		  const char *text)
{
	int lines = 0;

	while (*(text += strspn(text, " ")) != '\0') {
		size_t length = strlen(text);
		char *line;

		if (length > (size_t)columns) {
			for (length = (size_t)columns; length > 0 && text[length] != ' ';)
				length--;
			if (length == 0) /* a word wider than the line */
				length = strcspn(text, " ");
		}
		line = mem_strndup(text, length);
		svg_label(out, x_px, y_px + line_px * lines++, "start", line);
		free(line);
		text += length;
	}
	return lines;
}
