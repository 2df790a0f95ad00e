/**
 * Where files are unpacked to, resources as files, files that are whole or not there, and what a
 * message may quote of them.
 */
@NullMarked
package io.github.hunyuanvideo.core.files;

import org.jspecify.annotations.NullMarked;
