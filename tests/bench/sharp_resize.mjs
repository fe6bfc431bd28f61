// A folder of pictures made smaller with sharp, one thread each and several at a time.
//
//     node sharp_resize.mjs SHARP_DIR INPUT_DIR OUTPUT_DIR BOX WORKERS
//
// SHARP_DIR is where `npm install sharp` was run.
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, parse, resolve } from 'node:path';

const [home, source, target, box, workers] = process.argv.slice(2);
const sharp = createRequire(join(resolve(home), 'x.js'))('sharp');

sharp.cache(false); // every picture is used once
sharp.concurrency(1);

const names = (await readdir(source)).sort();

async function work() {
	for (let name = names.shift(); name !== undefined; name = names.shift()) {
		await sharp(join(source, name))
			.rotate()
			.resize({ width: +box, height: +box, fit: 'inside', withoutEnlargement: true })
			.jpeg({ quality: 85, chromaSubsampling: '4:2:0', optimiseCoding: true })
			.toFile(join(target, `${parse(name).name}.jpg`));
	}
}

await Promise.all(Array.from({ length: +workers }, work));
