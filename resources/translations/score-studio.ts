<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" sourcelanguage="en">
<context>
    <name>AnswerCard</name>
    <message>
        <source>This version was not asked about the image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>off by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency {0} of 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer not in the asked format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswerCards</name>
    <message>
        <source>Explanation in column {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ArchiveOpening</name>
    <message>
        <source>Put the project of {0} into a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open an archive</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BlindCard</name>
    <message>
        <source>Explanation {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} is better</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BlindView</name>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0  Tie</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>U  Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish and show the versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start a new test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the explanations…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} images judged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} more are left out: there the explanations are the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All images are judged. Finish to see which versions you preferred.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: preferred on {1} of {2} images, win rate {3} [{4}, {5}]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ties: {0}; each counts in equal parts for all versions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You preferred {0}: its whole 95% interval lies above {1}, which is what guessing gives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not distinguishable: the best 95% interval holds {0}, which is what guessing gives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which explanation fits the image better? Press its number, 0 for a tie, U to undo.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChangesModel</name>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Belongs to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In this iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>training of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>merging</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChangesPanel</name>
    <message>
        <source>Changed settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No setting has changed between iterations. When one does, this table shows its value before and after, as frozen into the jobs that ran.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What an iteration ran with and the one before it did not.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ColumnsChoice</name>
    <message>
        <source>Folder of AVA&apos;s lists of ids by split (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table of single votes: image, rater, score (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read as {0}; recognised by {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format of the scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image (path in the folder)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score (higher is better)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split (train, val, test)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group (never torn apart)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Deviation of the votes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number of votes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column: {0}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Go to {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open another project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance: as the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance: light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance: dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take out of the project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparePage</name>
    <message>
        <source>Test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True mean score {0} (bin {1}), the red mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Largest disagreement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version in column {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scatter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the versions are compared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge the explanations without seeing who wrote them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparing needs two measured versions. After the first iteration this page shows what the base and a trained version say about the same test image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ComparisonModel</name>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Truth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearer by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CurveCharts</name>
    <message>
        <source>Loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DPO loss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reward margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen − rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen preferred</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rate</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DataStep</name>
    <message>
        <source>Folder of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hugging Face hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table of scores, or label file or folder of a data set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another folder that paths may lead into (optional)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The data set is being fetched; stop it, or wait for its end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder of images and a table of scores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores: a table, or a data set&apos;s label file or folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where images and scores come from</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DatasetPanel</name>
    <message>
        <source>Look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the new project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:,} rows. </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence: {0}. </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}{1}Other columns: {2}. First row: {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The data set has no column of images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:,} images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Data set of the Hugging Face hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Column of images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images fetched</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DiffText</name>
    <message>
        <source>… ({0} more characters)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DistributionPanel</name>
    <message>
        <source>Predicted scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} on label {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stuck, nine of ten answers give one label: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted labels on the test images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Label 0 to 9</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>truth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>true labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label that the model wrote</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>expected label (mean of its probabilities, rounded)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted labels on the test images; the highest bar is {0}%</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DistributionsModel</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spread</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most frequent label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Labels used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures [95% interval]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without a label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stuck on label {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>uses the scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ({1}% of the answers)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of 10</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FinishStep</name>
    <message>
        <source>Name of the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the project (it is made)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the project a name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder for the project.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is a project in this folder already; choose another one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One adapter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it will take</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FirstSteps</name>
    <message>
        <source>No version is measured yet. This is what will happen:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure the base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It scores the test images and says why. This page then shows how well it ranks them (SRCC with its interval) and whether its explanations agree with its scores.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write and review pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For each training image the model writes two explanations: one for the true score (chosen), one for a wrong score (rejected). On the Pairs page you can veto, keep or edit them first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train and compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new version learns to prefer the chosen explanations. It is measured as the base model was; the Compare page puts them side by side, and another iteration can begin.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HubLine</name>
    <message>
        <source>Token of your Hugging Face account, for gated models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Token of the Hugging Face hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking the hub…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this machine: commit {0}, {1} GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gated: the hub gives it to accounts that asked for it. Sign in below. Commit {0}, {1} GB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Will be downloaded before the first job: {1} GB, commit {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Signed in as {0}. The token is kept for all projects, and in none of them.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageDetailPane</name>
    <message>
        <source>true mean score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bin {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ratings, deviation {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} kB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>group {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pairs, {1} vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No version was asked about this image yet. When one is, its score and explanation appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What every version says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose an image: it is shown here, with every version&apos;s score and explanation.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageFilterBar</name>
    <message>
        <source>Split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed: any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag: any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No filter is saved yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save what is set now …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed: {0} → {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Falling order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rising order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search names, tags, explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in names, tags and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As in the table</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prediction error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed between versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least change of the score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageGrid</name>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit the image to the view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the image at full size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image is chosen.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagesModel</name>
    <message>
        <source>{0}, score {1}, bin {2}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImagesPage</name>
    <message>
        <source>{0} of {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highest score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size of the pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image matches the filter. Clear takes all its conditions away.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobDetail</name>
    <message>
        <source>Log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a job to see what it does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loss and margin will be drawn here when the training has made its first step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was printed so far. What the job prints stands here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warnings and remarks of the job will stand here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobLine</name>
    <message>
        <source>Speed and memory will stand here when the job has started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>units</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} {1}/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} tokens/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>complete files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>converting the model, once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measuring how long each pair is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>computing the reference&apos;s log-probabilities</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measuring each pair&apos;s margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} ({1} of {2})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>process {0} (most: {1})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>device at most {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reserved at most {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} free</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobSettings</name>
    <message>
        <source>Settings of the job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare the settings with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the settings as they are now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only what differs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Beside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frozen when the job was queued. {0} of {1} settings differ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a job to see the settings that it was queued with.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobSettingsModel</name>
    <message>
        <source>Setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compared with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Differs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobsModel</name>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stage</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Started</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobsPage</name>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps of the iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stops after the batch or step; a training writes a checkpoint first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Earlier in the queue (Alt+Up)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later in the queue (Alt+Down)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} jobs done, {2} waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing after the batch or step …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The queue is empty. The button on the Overview page puts the next stages here and starts them.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Overview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a page or an action by a few letters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pages, as they stand on the left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open another project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next, previous control</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image: zoom; drag moves it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the chosen project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the chosen project off the list; its files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image in that direction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in names, tags and explanations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Larger, smaller pictures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the filter under a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto: the pair is left out of training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a veto covers: both sets, the score set, the consistency set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit the texts; Ctrl+Return saves, Escape does not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another wrong score, drawn by a job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note; Return saves, Escape does not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous, next</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next, previous filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next reason to look at a pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most suspicious first, or in order of generation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto, keep all listed pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image: fitted, or full size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image: larger, smaller</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go on to training, when it waits for the review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind: this explanation is the best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind: none is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind: take back the latest choice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blind: end the test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the chosen waiting job up, down; or drag it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log: next, previous place found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo the latest deletion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Single keys are off while a text field has the focus.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Stopping the job …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job is running. What should become of it?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In the background it goes on after its next batch or step, without a window; you find it again when you open the project. Paused or cancelled, what is done is kept and it can be resumed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep running in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the job and leave</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel the job and leave</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handing the job to the background after its batch or step …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pausing after the batch or step …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>Search the log (Ctrl+F)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hit before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next hit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} found</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Opening {0} …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the demo data …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project – Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpacking {0} …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} – Score Studio</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MetricChart</name>
    <message>
        <source>base</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelStep</name>
    <message>
        <source>The small embedded model (for trying)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder on this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A model of the Hugging Face hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of the model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split (for tables without a split column)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the whole</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These values cannot be used: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name the base model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Id of the hub model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none (defaults)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>embedded demo model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{model} (not in the paper: values of its nearest in size)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program&apos;s own values, for a model that no preset is made for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For trying: small and quick enough for any machine, made for the embedded model alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the paper trained this model with (its Table 4); every value can be changed below.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The paper did not train this model: the values of its nearest in size, to begin with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It learns to score your images and to say why. All versions grow from it; it stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the version was made with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a version to see what it was made with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete a version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete {0}? This frees {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its adapter, predictions and metrics go. It can be undone until the project is closed; after that, the loop can only make it anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}; {1} are freed when the project is closed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo delete of {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept: {0}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on {0} test images, with 95% intervals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not measured yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pairs of iteration {1}; vetoed ones were left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made with</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Digest {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Versions</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NoteBar</name>
    <message>
        <source>Note on this pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note on this pair: Return saves it, Escape leaves it as it was</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Outgoing</name>
    <message>
        <source>Stopped; nothing was left behind.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OverviewPage</name>
    <message>
        <source>Next step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop for my review of the pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training then waits until you have looked at the pairs. Kept in the project&apos;s settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The queue is running; the Jobs page shows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency {0} of 4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changed settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairControls</name>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why to look at it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreviewed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Suspicious</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Noted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In order of generation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most suspicious first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in texts, notes and names</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairDetail</name>
    <message>
        <source>Look at it for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bin {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>another wrong score is coming</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>wrong score drawn {0} times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reward margin after training: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>asked for score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True mean score</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairEditor</name>
    <message>
        <source>Chosen explanation, to be edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected explanation, to be edited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An explanation cannot be empty. Write a text, or cancel and veto the pair.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Puts what the model wrote back into both fields</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairsModel</name>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Truth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look at it for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreviewed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>low margin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>near-identical</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}, +{1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PairsPage</name>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto all {0} listed pairs ({1})?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto {0} pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep all {0} listed pairs?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep {0} pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pairs decided; U takes all of them back at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to undo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to redo.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undone for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done again for {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} reviewed, {2} vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train on {0} pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No pair left to train on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score set: {0} pairs, consistency set: {1} pairs (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training of iteration {0} waits for your review (Ctrl+Return)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>noted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>edited, the generated texts are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another wrong score is queued; it comes as a new pair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reviewed pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No pair is made yet. When an iteration runs, the model writes two explanations for each training image, one for the true score and one for a wrong one; they can be reviewed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No pair matches the filter.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto (V)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep (K)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit (E)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redraw (R)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another wrong score: a job writes another rejected explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note (N)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo (U)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift+U or Ctrl+Shift+Z</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto all…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep all…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a veto covers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What a veto covers (C)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Commands</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A page or an action: type a few of its letters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a page or an action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages and actions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No page and no action has these letters.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PathField</name>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder: {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables and label files ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PlainLabel</name>
    <message>
        <source>… ({0} more characters)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Save the list…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the rows left out as CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview of the import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Here you will see what comes of your choice before anything is written: how many rows and images were found, how the scores are distributed over the ten bins, how large the splits are, and every row that would be left out, with its reason.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the table and looking for its images…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:,} rows read · {1:,} images found · {2:,} missing · {3:,} left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>drawn by seed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as the table says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Splits ({0}): {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every row of the table can be imported.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the rows left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:,} lines written to {1}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuestionBar</name>
    <message>
        <source>Yes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RefusalsModel</name>
    <message>
        <source>Line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Why it is left out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>Model versions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC, higher is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC, higher is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE, lower is better</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean grade, 0 to 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Iteration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency ({0})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Against {0}: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click to compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>base</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trained on scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>trained on consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>merged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>main line; whiskers: 95% interval</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter or a double click on a version compares it with the one before.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SaveButton</name>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save this chart as a picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the chart as {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScatterPanel</name>
    <message>
        <source>True score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreBar</name>
    <message>
        <source>score {0}, truth {1}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScoreHistogram</name>
    <message>
        <source>Histogram of scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} of {1} images, scores from {2} to {3}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score; dotted: bin edges</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Histogram of the scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores from {0:.4g} to {1:.4g}; cuts between the ten bins at {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scores, with the nine cuts between the ten bins</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingTitles</name>
    <message>
        <source>Project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Base model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Score table (used when the project was made)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split (used when the project was made)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pair generation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency training, where it differs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prediction</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge (it never feeds training)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsFold</name>
    <message>
        <source>and {0} more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All settings ({0} changed)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} iterations; LoRA of rank {1}, learning rate {2}, {3} epochs, {4} pairs a step; {5}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stops for your review of the pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>does not stop for a review of the pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings of the project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not set</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Save (Ctrl+S)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take back the changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved: {0}. Stages that have begun keep the settings they began with.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing was different</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} value(s) cannot be used: {1}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} value(s) changed, not saved yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved in {0}; the file can be edited by hand as well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is changed here counts for stages that have not begun; a running or finished stage keeps the settings it began with. The appearance belongs to the window and is kept at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No setting has this in its name or meaning.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Overview</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>▶ Running in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>▶ The queue is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All jobs are done.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A job failed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take out …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys  ?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Projects</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent projects</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Projects that were opened before will be listed here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open an archive…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>opened {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} versions, {1}: SRCC {2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A vision language model teaches itself to score images and to say why, while you watch, veto and compare.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A new project needs a folder of images and a table with a score for each; the folder can be dropped here. The demo runs the whole loop on a small embedded model and drawn scenes; it takes a few minutes.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>Download</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Train consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Judge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not queued yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TakeOutPanel</name>
    <message>
        <source>Take out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Veto pairs that the file lacks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With the images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read edited pairs …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Predictions …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metrics …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole project …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pairs lie in {1}; {2} vetoed ones were left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} have no image any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} rows lie in {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The project lies in {0}, with {1} images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} images were left out: they are missing, or outside the images folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} rows read: {1} changed, {2} unchanged, {3} refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>vetoed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left as they are</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none is vetoed, for refused rows may be theirs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} pairs are not in the file: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {0}: {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parquet, with the images (*.parquet)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON lines, with paths (*.jsonl)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs (*.parquet *.jsonl)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read edited pairs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the predictions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the metrics</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the project into one file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables and the whole project</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrainingChart</name>
    <message>
        <source>Faint: every step. Line: their running mean.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionCard</name>
    <message>
        <source>off by {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>consistency {0} of 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>asked for the score only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer not in the asked format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cut at the token limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionExport</name>
    <message>
        <source>Folder to write</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Public: everybody may see it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Into a repository that is there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export into the folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show what would go</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Push now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name a folder to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} lies in {1}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is at {0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To {0}, which is there and stays as visible as it is:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To {0}, a new private repository:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To {0}, a new PUBLIC repository:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0} in {1} files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No licence is named: the card will say that it is unknown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Adapter, for peft</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole model, for plain transformers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>such as apache-2.0; unknown if not given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>owner/name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would go is shown here first: files, sizes and who may see them. Nothing is sent before that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Form</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence for the model card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repository on the hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What would be pushed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Licence</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hub</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A version</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionTree</name>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC [95% interval]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pairs used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frees</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0}  (pinned)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>VersionsModel</name>
    <message>
        <source>offline proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SRCC [95% interval]</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Against the main version before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PLCC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Consistency, 0 to 4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format failures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wizard</name>
    <message>
        <source>New project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1  Images and scores</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>2  Model and settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3  Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>← Back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create the project</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next →</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the project…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{0:,} images stay where they are, in {1}. Base model: {2}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>button</name>
    <message>
        <source>Saved</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>view</name>
    <message>
        <source>Save the table as CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the table {0} as CSV</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
