/*
 * main.c - dispatch of the command line.
 */
#include "config.h"

int main(void)
{
	return 2;
}
