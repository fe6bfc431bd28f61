/*
 * sidecar_edited.c - see sidecar_edited.h.
 *
 * The word is that of the account's language. Some languages have used more than one. None holds a
 * second '-', so that the last '-' of a name is where the word begins.
 */
#include "config.h"

#include "media/sidecar_edited.h"

#include <string.h>

#include "media/fold.h"

/* In normal form C and lower case. */
static const char *const words[] = {
	"-edited",	    /* English */
	"-bearbeitet",	    /* German */
	"-modifié",	    /* French */
	"-modificato",	    /* Italian */
	"-bewerkt",	    /* Dutch */
	"-editado",	    /* Spanish, Portuguese, Galician */
	"-ha editado",	    /* Spanish */
	"-editada",	    /* Portuguese */
	"-editat",	    /* Catalan, Romanian */
	"-redigerad",	    /* Swedish */
	"-redigeret",	    /* Danish */
	"-redigert",	    /* Norwegian */
	"-muokattu",	    /* Finnish */
	"-muudetud",	    /* Estonian */
	"-rediģēts",	    /* Latvian */
	"-redaguota",	    /* Lithuanian */
	"-edytowane",	    /* Polish */
	"-upraveno",	    /* Czech */
	"-upravené",	    /* Slovak, Czech */
	"-szerkesztett",    /* Hungarian */
	"-szerkesztve",	    /* Hungarian */
	"-uređeno",	    /* Croatian */
	"-urejeno",	    /* Slovenian */
	"-düzenlendi",	    /* Turkish */
	"-diedit",	    /* Indonesian, Malay */
	"-đã chỉnh sửa",    /* Vietnamese */
	"-επεξεργασμένο",   /* Greek */
	"-изменено",	    /* Russian, Serbian */
	"-измененный",	    /* Russian */
	"-отредактировано", /* Russian */
	"-відредаговано",   /* Ukrainian */
	"-редактирано",	    /* Bulgarian */
	"-נערך",	    /* Hebrew */
	"-تم تعديله",	    /* Arabic */
	"-संपादित",	    /* Hindi */
	"-แก้ไขแล้ว",	    /* Thai */
	"-編集済み",	    /* Japanese */
	"-수정됨",	    /* Korean */
	"-편집됨",	    /* Korean */
	"-已编辑",	    /* Chinese, simplified */
	"-编辑",	    /* Chinese, simplified */
	"-已編輯",	    /* Chinese, traditional */
};

const char *sidecar_edited_word(size_t index)
{
	return index < sizeof words / sizeof words[0] ? words[index] : NULL;
}

size_t sidecar_edited_length(const char *stem, size_t length, bool partial)
{
	char tail[FOLD_BYTES];
	size_t at = length, folded;

	while (at > 0 && stem[at - 1] != '-')
		at--;
	if (at < 2 || at == length)
		return 0;
	at--;
	folded = fold_name(stem + at, length - at, FOLD_CASE, tail);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		size_t whole = strlen(words[i]);

		if ((folded == whole || (partial && folded < whole)) &&
		    memcmp(words[i], tail, folded) == 0)
			return length - at;
	}
	return 0;
}
