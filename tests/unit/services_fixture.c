/*
 * services_fixture.c - see services_fixture.h.
 */
#include "config.h"

#include "services_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

int form_setup(void **state)
{
	struct form *form = mem_calloc(1, sizeof *form);
	const char *const words[] = {"imgtop", NULL};
	struct options options;
	struct err err;

	strcpy(form->folder, "/tmp/imgtop-services-XXXXXX");
	if (mkdtemp(form->folder) == NULL || chdir(form->folder) != 0 ||
	    mkdir("photos", 0700) != 0 || options_parse(1, words, &options, &err) != 0)
		return -1;
	form->services = services_new(&options);
	form->ui = services_ui(form->services);
	*state = form;
	return 0;
}

int form_teardown(void **state)
{
	struct form *form = *state;
	int result;

	services_free(form->services);
	result = rmdir("photos") | chdir("/") | rmdir(form->folder);
	free(form);
	return result;
}

size_t form_field(const struct form *form, const char *name)
{
	for (size_t i = 0; i < form->ui->nfields; i++) {
		if (strcmp(form->ui->fields[i].name, name) == 0)
			return i;
	}
	fail_msg("no field %s", name);
	return 0;
}

void form_put(const struct form *form, const char *name, const char *text)
{
	struct err err;

	if (form->ui->set(form->ui->context, form_field(form, name), text, &err) != 0)
		fail_msg("%s", err.text);
}

void form_value_is(const struct form *form, const char *name, const char *expected)
{
	char text[256];

	form->ui->get(form->ui->context, form_field(form, name), text, sizeof text);
	assert_string_equal(text, expected);
}
