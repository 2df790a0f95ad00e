/** Where files are unpacked to, and files that are whole or not there. */
@NullMarked
package io.github.hunyuanvideo.core.files;

import org.jspecify.annotations.NullMarked;
