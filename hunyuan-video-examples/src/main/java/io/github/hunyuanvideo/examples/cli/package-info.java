/**
 * The command line: the official program's flags, a page that settles trouble, progress and exit
 * codes.
 */
@NullMarked
package io.github.hunyuanvideo.examples.cli;

import org.jspecify.annotations.NullMarked;
