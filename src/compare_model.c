/*
 * compare_model.c - a comparison's scans beside a model of what they should cost.
 */
#include "config.h"

#include "compare_model.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "report/scan_model.h"

struct compare_model {
	size_t nplans;
	struct {
		struct scan_measured measured;
		unsigned workers;
		bool there;
	} plan[];
};

struct compare_model *compare_model_new(size_t nplans)
{
	struct compare_model *model = mem_calloc(1, sizeof *model + nplans * sizeof model->plan[0]);

	model->nplans = nplans;
	return model;
}

void compare_model_free(struct compare_model *model)
{
	free(model);
}

/* Of all its files. */
static double seconds_of(const struct scan_measured *measured)
{
	return scan_cost_seconds(&measured->cost, measured->files);
}

void compare_model_take(struct compare_model *model, size_t index, unsigned workers,
			const char *report)
{
	char *path = path_join(report, "summary.json");
	json_t *summary = json_load_file(path, 0, NULL);
	struct scan_measured measured;
	struct err ignored;

	if (summary != NULL && scan_measured_take(summary, &measured, &ignored) == 0 &&
	    (!model->plan[index].there ||
	     seconds_of(&measured) < seconds_of(&model->plan[index].measured))) {
		model->plan[index].measured = measured;
		model->plan[index].workers = workers;
		model->plan[index].there = true;
	}
	json_decref(summary);
	free(path);
}

void compare_model_text(const struct compare_model *model, struct textbuf *out)
{
	size_t one = model->nplans, many = model->nplans;

	for (size_t i = 0; i < model->nplans; i++) {
		if (model->plan[i].there &&
		    (one == model->nplans || model->plan[i].workers < model->plan[one].workers))
			one = i;
	}
	for (size_t i = 0; i < model->nplans; i++) {
		if (i != one && model->plan[i].there &&
		    (many == model->nplans || seconds_of(&model->plan[i].measured) <
						      seconds_of(&model->plan[many].measured)))
			many = i;
	}
	if (one == model->nplans)
		return;
	textbuf_append(out, "\n", 1);
	scan_model_text(&model->plan[one].measured,
			many != model->nplans ? &model->plan[many].measured : NULL, out);
}

int compare_model_append(const struct compare_model *model, const char *path, struct err *err)
{
	FILE *file = fopen(path, "ae");
	struct textbuf text;
	int rc = 0;

	if (file == NULL)
		return err_errno(err, "%s", path);
	textbuf_init(&text);
	compare_model_text(model, &text);
	if (fwrite(text.text, 1, text.length, file) != text.length)
		rc = err_errno(err, "%s", path);
	if (fclose(file) != 0 && rc == 0)
		rc = err_errno(err, "%s", path);
	textbuf_free(&text);
	return rc;
}
