from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0002_no_cells'),
    ]

    operations = [
        migrations.AddField(
            model_name='unplaced',
            name='told_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='callrow',
            name='kind',
            field=models.CharField(choices=[('open', 'open'), ('past', 'past'), ('unplaced', 'unplaced'), ('aside', 'aside')], max_length=10),
        ),
    ]
