#pragma once

// The macros that windows.h and its like leave behind, over all of the standard library.
#include <bits/stdc++.h>

#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define near
#define far
#define small char
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define DELETE (0x00010000L)
#define ERROR 0
#define NO_ERROR 0L
#define TRUE 1
#define FALSE 0
#define STRICT 1
#define DIFFERENCE 11
